export { freezeNow, startErasure } from './confirm-erasure.ts';
export { newReference } from './erasure-store.ts';
export { readFacts } from './preview-erasure.ts';
export { balanceNotAcknowledged, erasureBlocked } from './problems.ts';
export {
  compareTimes,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  rememberLostErasures,
  type TimeReport,
} from './compare-times.ts';
export { reapplyErasures } from './reapply-erasures.ts';
export { erasureRoutes } from './routes.ts';
export { failedErasures } from './metrics.ts';
export { resumeErasures, resumeErasuresJob, runErasure, runErasureJob } from './run-erasure.ts';
export { microsSchema } from './wire.ts';
