export const installationZh = {
  title: '运营者',
  description: '隐私政策中的处理者、联系方式与存放地点。保存后立即发布新的政策版本。',
  unnamed: '尚未登记运营者：政策会写明这是开发安装；生产环境在登记之前不接受注册。',
  saved: '已保存，新的政策版本已发布',
  inChinese: '{field}（中文）',
  inEnglish: '{field}（英文）',
  fields: {
    name: '运营者名称',
    brand: '品牌',
    address: '地址',
    privacyOfficer: '个人信息保护负责人',
    storagePlace: '个人信息存放地点',
    email: '电子邮箱',
    privacyEmail: '个人信息保护邮箱',
    phone: '电话（选填）',
    creditCode: '统一社会信用代码（选填，18 位）',
    icpNumber: 'ICP 备案（许可）号（选填）',
  },
};

export type InstallationMessages = typeof installationZh;
