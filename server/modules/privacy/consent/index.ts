export { readConsentReceipt } from './consent-receipt.ts';
export { withdrawConsent } from './decide-consent.ts';
export { listConsentHistory } from './history.ts';
export { type InForce, inForceOf, type ReadInForce } from './in-force.ts';
export { unlinkConsents } from './unlink-consents.ts';
