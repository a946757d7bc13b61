import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'identity.registered': { zh: '注册账户', en: 'Account opened' },
  'identity.session_opened': { zh: '登录', en: 'Logged in' },
  'identity.login_refused': { zh: '登录被拒绝', en: 'Log-in refused' },
  'identity.logged_out': { zh: '退出登录', en: 'Logged out' },
  'identity.recovered': { zh: '找回账户', en: 'Account recovered' },
  'identity.code_sent': { zh: '发送验证码', en: 'Code sent' },
  'identity.confirmed': { zh: '再次验证身份', en: 'Identity confirmed' },
  'identity.confirmation_refused': { zh: '再次验证身份被拒绝', en: 'Confirmation refused' },
  'identity.password_changed': { zh: '修改密码', en: 'Password changed' },
  'identity.self_changed': { zh: '修改资料', en: 'Profile changed' },
  'identity.first_contact_proven': { zh: '首次证明联系方式', en: 'First contact proven' },
  'identity.contact_change_undone': { zh: '撤销联系方式更改', en: 'Change of contact undone' },
  'identity.session_ended': { zh: '退出设备', en: 'Session ended' },
  'identity.other_sessions_ended': { zh: '退出其他设备', en: 'Other sessions ended' },
  'identity.policy_accepted': { zh: '接受隐私政策', en: 'Privacy policy accepted' },
  'identity.api_key_created': { zh: '创建密钥', en: 'Key created' },
  'identity.api_key_changed': { zh: '修改密钥', en: 'Key changed' },
  'identity.api_key_deleted': { zh: '删除密钥', en: 'Key deleted' },
  'identity.operator_created': { zh: '创建运营者', en: 'Operator created' },
  'identity.operator_appointed': { zh: '指定运营者', en: 'Operator appointed' },
  'identity.access_closed': { zh: '停用账户的登录与密钥', en: 'Log-ins and keys of the account closed' },
  'identity.account_closed': { zh: '关闭账户', en: 'Account closed' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
