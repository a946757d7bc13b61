import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'billing:read': ['person'],
  'billing:read-accounts': ['operator'],
  'billing:settle': ['operator', 'system'],
  'billing:record': ['system'],
  'billing:read-statistics': ['operator'],
  'billing:read-revenue': ['operator'],
  'billing:freeze-statistics': ['system'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
