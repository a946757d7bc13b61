import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'catalog:read': ['anyone'],
  'catalog:manage': ['operator', 'system'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
