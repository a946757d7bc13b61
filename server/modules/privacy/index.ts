export { privacyRoutes } from './routes.ts';
export { reapplyErasures } from './erasure/index.ts';
export { type PolicyVersion, publishPolicy } from './publish-policy.ts';
export { type InForce, withdrawConsent } from './consent/index.ts';
