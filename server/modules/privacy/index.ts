export { privacyRoutes } from './routes.ts';
export { reapplyErasures, resumeErasures } from './erasure/index.ts';
export { type PolicyVersion, publishPolicy } from './publish-policy.ts';
export {
  type ConsentRecord,
  type InForce,
  listConsentHistory,
  readConsentReceipt,
  unlinkConsents,
  withdrawConsent,
} from './consent/index.ts';
