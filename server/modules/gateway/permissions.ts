import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'gateway:call': ['apiKey', 'person'],
  'gateway:manage-rate-limits': ['operator', 'system'],
  'gateway:read-rate-limits': ['person'],
  'gateway:manage-upstreams': ['operator', 'system'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
