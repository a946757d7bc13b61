import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'audit:read': ['person', 'delegate'],
  'audit:keep-log': ['system'],
  'audit:end-references': ['system'],
  'audit:sign-log': ['system', 'operator'],
  'audit:read-log': ['anyone'],
  'audit:admit-auditor': ['operator'],
  'audit:list-log': ['operator'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
