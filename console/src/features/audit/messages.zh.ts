export const auditZh = {
  title: '操作记录',
  description: '账户里的每一次变更都会留下记录，任何人都无法修改或删除。',
  at: '时间',
  action: '操作',
  actor: '操作者',
  you: '您',
  actors: {
    user: '用户',
    apiKey: 'API 密钥',
    system: '系统',
    anonymous: '未登录的访客',
    admin: '运营者',
    erased: '已注销的用户',
  },
  target: '对象',
  result: '结果',
  done: '完成',
  refused: '被拒绝',
  request: '请求编号',
  empty: '还没有操作记录',
};

export type AuditMessages = typeof auditZh;
