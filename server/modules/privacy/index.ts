export { privacyRoutes } from './routes.ts';
export { type PolicyVersion, publishPolicy } from './publish-policy.ts';
