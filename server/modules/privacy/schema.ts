export { privacySchema } from './privacy-schema.ts';
export { policyVersions, restrictions } from './rights-tables.ts';
export { cases, caseCodes, caseSteps } from './cases/tables.ts';
export { consentEvents, consentNotices } from './consent/tables.ts';
export { erasures, erasureSinks } from './erasure/tables.ts';
export { dayKeyMarks, retentionEvidence } from './retention/tables.ts';
export { exportChunks, exports } from './export/tables.ts';
export { objections } from './restriction/tables.ts';
export { correctionNotices } from './correction/tables.ts';
