import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids } from './ids.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { auditRoutes, keepLog } from './routes.ts';
import * as schema from './schema.ts';

export { audit } from './audit.ts';
export { endWithProof } from './ended-references.ts';
export { endReferences } from './end-references.ts';
export { createAccessLog, type AccessLog } from './access-log.ts';
export { acceptLogCut, compareLog, type LogComparison } from './log-cut.ts';
export { knownAnchors, openAnchors } from './open-anchors.ts';
export { findEntryAbout, type Leaf, leafOf, proveEntry } from './prove.ts';
export { adoptStaffReads, listStaffReads, recordStaffRead, requireReason } from './staff-reads.ts';
export { newestMark, vaultMarked } from './vault-marks.ts';
export { sequenceLog } from './sequence-log.ts';
export { type AuditReport, isIntact, verifyAuditLog } from './verify-audit-log.ts';
export type { AuditDetails } from './schema.ts';

export const auditModule = defineModule('audit', {
  ids,
  acts,
  schema,
  permissions,
  problems,
  installs: { api: auditRoutes, worker: keepLog },
});
