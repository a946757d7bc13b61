export { privacyRoutes } from './routes.ts';
export {
  compareTimes,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  reapplyErasures,
  rememberLostErasure,
  type TimeReport,
} from './erasure/index.ts';
export { destroyKeysOfErased } from './retention/index.ts';
export { type PolicyVersion, publishPolicy } from './publish-policy.ts';
export { type InForce, withdrawConsent } from './consent/index.ts';
