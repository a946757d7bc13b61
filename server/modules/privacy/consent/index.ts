export { readConsentReceipt } from './consent-receipt.ts';
export { giveConsent, refuseConsent, withdrawConsent } from './decide-consent.ts';
export { type ConsentRecord, listConsentHistory } from './history.ts';
export { type InForce, keepNotices } from './in-force.ts';
export { consentRoutes } from './routes.ts';
export { listConsents, promptForConsent } from './show-consents.ts';
export { unlinkConsents } from './unlink-consents.ts';
