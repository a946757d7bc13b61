export const outboxZh = {
  title: '发件箱',
  description: '系统写好的短信与邮件。没有接入服务商时不会发出，只保存在这里。',
  search: '搜索收件人或内容',
  channel: '渠道',
  channels: { sms: '短信', mail: '邮件' },
  auto: '自动刷新',
  empty: '还没有消息',
  emptyHint: '有人注册、登录或找回密码时，验证码会出现在这里。',
  noMatch: '没有匹配的消息',
  to: '发给 {to}',
  statuses: {
    queued: '待发送',
    kept: '未发送：没有服务商',
    sent: '已交给服务商',
    failed: '服务商拒绝',
  },
  code: '复制验证码',
  withheld: '正文已隐藏：其中可能有验证码或链接，只有收件人应当看到。',
};

export type OutboxMessages = typeof outboxZh;
