/** What persons of this installation wrote or chose. */
export const said = {
  why: '客户来电，核对账户名称',
  company: { zh: '深圳坦诚科技有限公司', en: 'Shenzhen Candor Technology Co., Ltd.' },
  address: { zh: '深圳市南山区科苑路 1 号', en: '1 Keyuan Road, Nanshan, Shenzhen' },
  officer: { zh: '陈静', en: 'Chen Jing' },
  place: { zh: '深圳', en: 'Shenzhen' },
  name: '林晓',
  keys: ['production', 'notebook', 'nightly', 'old'],
  question: '请说明调用记录保存多久。',
  whichMonth: '您指哪一个月？',
  lastMonth: '上个月。',
  result: '保存到账单结清后三年。',
  twoCodes: '收到了两次验证码。',
  stillMail: '退订之后仍收到邮件。',
  relative: { name: '王芳', relation: '女儿', text: '父亲已经去世，请删除他的账户。' },
  news: { zh: '新模型上线', en: 'A larger model', bodyZh: '今天上线。', bodyEn: 'From today.' },
  draft: {
    zh: '维护通知',
    en: 'Maintenance',
    bodyZh: '周日凌晨维护半小时。',
    bodyEn: 'Half an hour on Sunday.',
  },
} as const;

/** All texts in it, at any depth. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
