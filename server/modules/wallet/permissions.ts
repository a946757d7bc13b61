import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'wallet:read': ['person'],
  'wallet:top-up': ['owner'],
  'wallet:settle-top-up': ['anyone', 'system'],
  'wallet:credit': ['operator'],
  'wallet:post': ['system'],
  'wallet:check': ['operator', 'system'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
