export const problemPagesZh = {
  title: '错误代码',
  intro: '接口的每个错误都带有代码。这里逐一说明含义和处理办法。',
  status: 'HTTP 状态码 {status}',
  meaning: '含义与处理办法',
  details: '给开发者的详细说明（英文）',
  all: '全部错误代码',
  missingTitle: '没有这个错误代码',
  missingText: '“{code}”不在列表中，请核对拼写。',
  groups: {
    kernel: '通用',
    identity: '账户与登录',
    wallet: '钱包与付款',
    billing: '用量与账单',
    catalog: '模型与价格',
    gateway: '模型调用',
    privacy: '隐私',
    notifications: '消息',
    announcements: '产品动态',
    audit: '审计日志',
  },
};

export type ProblemPagesMessages = typeof problemPagesZh;
