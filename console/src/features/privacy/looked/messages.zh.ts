export const lookedZh = {
  title: '谁看过',
  description:
    '员工查看您的个人数据前必须写明理由，每一次都记在不可篡改的日志里，也显示在这里。您自己的查看不在其中。',
  list: '员工查看记录',
  empty: '没有员工看过您的数据',
  emptyHint: '一旦有人查看，这里会写明是谁、何时、看了什么、为什么。',
  at: '时间',
  staff: '员工',
  what: '看了什么',
  reason: '理由',
  case: '相关申请',
  noCase: '—',
  separator: '、',
  challenge: '对这次查看有疑问？',
  challengeLink: '提出投诉',
  recipientsTitle: '谁收到过',
  recipientsHint: '数据只会交给下面这些受托方，只包含列出的内容。',
  recipientsEmpty: '没有交给任何其他人',
};

export type LookedMessages = typeof lookedZh;
