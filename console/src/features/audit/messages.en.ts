import type { AuditMessages } from './messages.zh.ts';

export const auditEn: AuditMessages = {
  title: 'Activity',
  description: 'Every change to your account leaves an entry that cannot be altered or deleted.',
  at: 'Time',
  action: 'Action',
  actor: 'By',
  you: 'You',
  actors: {
    user: 'User',
    apiKey: 'API key',
    system: 'System',
    anonymous: 'Visitor, not signed in',
    admin: 'Operator',
    erased: 'Erased user',
  },
  target: 'Target',
  result: 'Result',
  done: 'Done',
  refused: 'Refused',
  request: 'Request',
  empty: 'Nothing has been done yet',
};
