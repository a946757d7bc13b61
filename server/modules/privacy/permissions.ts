import type { PermissionTable } from '../../declare/permissions.ts';

export const permissions = {
  'privacy:read-self': ['person', 'delegate'],
  'privacy:erase-self': ['person'],
  'privacy:follow-erasure': ['anyone'],
  'privacy:run-erasure': ['system'],
  'privacy:accept-restored': ['system'],
  'privacy:manage-erasures': ['operator'],
  'privacy:sweep': ['system'],
  'privacy:read-retention': ['operator'],
  'privacy:export-self': ['person'],
  'privacy:write-export': ['system'],
  'privacy:restrict-self': ['person'],
  'privacy:correct-self': ['person'],
  'privacy:publish-policy': ['system'],
  'privacy:read-policies': ['anyone'],
  'privacy:accept-policy': ['person'],
  'privacy:manage-installation': ['operator'],
  'privacy:decide-consent': ['person'],
  'privacy:withdraw-consent': ['person', 'delegate'],
  'privacy:unlink-consents': ['system'],
  'privacy:verify-document': ['anyone'],
  'privacy:file-case': ['anyone'],
  'privacy:follow-case': ['person'],
  'privacy:work-cases': ['operator'],
  'privacy:watch-cases': ['system'],
  'privacy:watch-integrity': ['operator'],
} as const satisfies PermissionTable;

declare module '../../declare/permissions.ts' {
  interface Permissions extends Record<keyof typeof permissions, true> {}
}
