export { identitySchema, operators, policyAcceptances, tenants, users } from './account-tables.ts';
export { attempts, passwords, sessions, signInCodes } from './credential-tables.ts';
export { apiKeys } from './key-tables.ts';
export * from './change-tables.ts';
