import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'announcements:write': ['operator'],
  'announcements:send': ['system'],
  'announcements:unsubscribe': ['anyone'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
