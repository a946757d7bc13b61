import './jobs.ts';

export { findApiKeyNames } from './api-key-names.ts';
export { createFirstOperator } from './create-first-operator.ts';
export {
  addTokensUsed,
  type ApiKeyFacts,
  ensurePlaygroundKey,
  findApiKey,
  type TokensUsed,
} from './gateway-doors.ts';
export { identityRoutes } from './routes.ts';
export { findTenantOwner } from './tenants.ts';
