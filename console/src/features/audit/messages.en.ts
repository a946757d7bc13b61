import type { AuditMessages } from './messages.zh.ts';

export const auditEn: AuditMessages = {
  title: 'Activity',
  description: 'Every change to your account leaves an entry, kept for 365 days.',
  at: 'Time',
  action: 'Action',
  actor: 'By',
  request: 'Request',
  empty: 'Nothing has been done yet',
  actions: {
    'identity/registered': 'Account registered',
    'identity/logged_in': 'Signed in',
    'identity/logged_out': 'Signed out',
    'identity/recovered': 'Account recovered',
    'identity/password_changed': 'Password changed',
    'identity/profile_updated': 'Profile changed',
    'identity/session_revoked': 'Device signed out',
    'identity/api_key_created': 'API key created',
    'identity/api_key_updated': 'API key changed',
    'identity/api_key_deleted': 'API key deleted',
    'wallet/top_up_created': 'Top-up started',
    'wallet/topped_up': 'Topped up',
    'wallet/bank_transfer_credited': 'Bank transfer credited',
  },
};
