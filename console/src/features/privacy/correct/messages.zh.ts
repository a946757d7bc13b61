export const correctZh = {
  title: '更正',
  description:
    '直接在这里改。需要证明的会变成请求，由专人核实；不能改的写明原因。改好的内容会通知收到过旧内容的一方。',
  empty: '没有可以更正的内容',
  correct: '更正',
  ask: '申请更正',
  toSettings: '在设置中更改',
  newValue: '新的内容',
  save: '保存',
  saved: '已更正',
  undo: '撤销',
  undone: '已改回',
  codeHint: '新的号码或邮箱要用收到的验证码证明。',
  requestHint: '这一项需要核实，会提出一份请求，期限内书面答复。',
  why: '为什么不对',
  send: '提交请求',
  requested: '已提出请求',
  openRequest: '查看请求',
  cannot: '不能更改：{reason}',
  invalid: '不符合这一项的规则。',
  phoneInvalid: '请输入有效的手机号',
  emailInvalid: '请输入有效的邮箱',
  languages: { 'zh-CN': '简体中文', en: 'English' },
  showFixed: '为什么其余 {count} 项不能改',
  hideFixed: '收起',
};

export type CorrectMessages = typeof correctZh;
