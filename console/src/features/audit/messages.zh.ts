export const auditZh = {
  title: '操作记录',
  description: '账户里的每一次变更都会留下记录，保存 365 天。',
  at: '时间',
  action: '操作',
  actor: '操作者',
  request: '请求编号',
  empty: '还没有操作记录',
  // Keys are the action codes with a slash for the dot.
  actions: {
    'identity/registered': '注册账户',
    'identity/logged_in': '登录',
    'identity/logged_out': '退出登录',
    'identity/recovered': '找回账户',
    'identity/password_changed': '修改密码',
    'identity/profile_updated': '修改资料',
    'identity/session_revoked': '退出设备',
    'identity/api_key_created': '创建密钥',
    'identity/api_key_updated': '修改密钥',
    'identity/api_key_deleted': '删除密钥',
    'wallet/top_up_created': '发起充值',
    'wallet/topped_up': '充值到账',
    'wallet/bank_transfer_credited': '对公转账入账',
  },
};

export type AuditMessages = typeof auditZh;
