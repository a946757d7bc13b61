export { identitySchema, operators, policyAcceptances, tenants, users } from './account-tables.ts';
export { apiKeys, attempts, passwords, sessions, signInCodes } from './credential-tables.ts';
export * from './change-tables.ts';
