export { audit } from './audit.ts';
export { createAccessLog, type AccessLog } from './access-log.ts';
export { auditRoutes } from './routes.ts';
export { openAnchors } from './open-anchors.ts';
export { findEntryAbout, type Leaf, leafOf, proveEntry } from './prove.ts';
export { listStaffReads, recordStaffRead, requireReason } from './staff-reads.ts';
export { sequenceLog } from './sequence-log.ts';
export { type AuditReport, isIntact, verifyAuditLog } from './verify-audit-log.ts';
export type { AuditDetails } from './schema.ts';
