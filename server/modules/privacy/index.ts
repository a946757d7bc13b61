export { privacyRoutes } from './routes.ts';
export {
  compareTimes,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  reapplyErasures,
  rememberLostErasures,
  type TimeReport,
} from './erasure/index.ts';
export { destroyKeysOfErased } from './retention/index.ts';
export {
  openPolicies,
  type Policies,
  type PolicyVersion,
  publishPolicy,
  refuseUnaccepted,
} from './policy/index.ts';
export { type InForce, inForceOf, type ReadInForce, withdrawConsent } from './consent/index.ts';
