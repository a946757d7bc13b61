import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'vault:rotate': ['system'],
  'vault:manage': ['operator'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
