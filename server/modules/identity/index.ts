import './jobs.ts';

export { findApiKeyNames } from './api-key-names.ts';
export { closeAccess, type ClosedAccess } from './close-access.ts';
export { confirmIdentity, type Proof } from './confirm-identity.ts';
export { createFirstOperator } from './create-first-operator.ts';
export {
  addTokensUsed,
  type ApiKeyFacts,
  ensurePlaygroundKey,
  findApiKey,
  type TokensUsed,
} from './gateway-doors.ts';
export { identityRoutes } from './routes.ts';
export { proofSchema } from './wire.ts';
export { findTenantOwner } from './tenants.ts';
