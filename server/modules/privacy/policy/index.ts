export { refuseUnaccepted } from './gate.ts';
export { openPolicies, type Policies } from './policies.ts';
export { type Policy, type PolicyVersion, publishPolicy, readInstallation } from './publish-policy.ts';
export { policyRoutes } from './routes.ts';
