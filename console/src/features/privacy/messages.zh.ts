export const privacyZh = {
  back: 'Candor 知道我什么',
  policy: {
    title: '隐私政策',
    intro: '这份政策由数据库的声明生成：政策说的，就是数据库执行的。',
    listLink: '个人信息收集清单',
  },
  list: {
    title: '个人信息收集清单',
    intro:
      '本页说明您注册和使用 Candor 时可能收集的个人信息。它由数据库的声明自动生成，代码改变，清单随之改变。',
    version: '版本 {version}',
    versions: '全部版本与比较',
    effectiveAt: '自 {at} 生效',
    fields: '收集的信息',
    method: '收集方式',
    purpose: '使用目的与依据',
    retention: '保存期限与到期处理',
    recipients: '接收方',
    noRecipient: '不提供给第三方',
    separator: '、',
    sensitive: '敏感个人信息',
    policyLink: '隐私政策',
    empty: '没有收集任何个人信息',
    print: '打印',
    toConsole: '进入控制台',
  },
};

export type PrivacyMessages = typeof privacyZh;
