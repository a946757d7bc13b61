import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'identity:register': ['anyone'],
  'identity:login': ['anyone'],
  'identity:logout': ['anyone'],
  'identity:recover': ['anyone'],
  'identity:send-code': ['anyone'],
  'identity:confirm': ['person'],
  'identity:close-access': ['system'],
  'identity:read-self': ['person'],
  'identity:change-self': ['person'],
  'identity:manage-sessions': ['person'],
  'identity:manage-keys': ['person'],
  'identity:create-operator': ['system'],
  'identity:list-tenants': ['operator'],
  'identity:appoint-operator': ['operator'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
