export { retentionRoutes } from './routes.ts';
export { destroyKeysOfErased } from './destroy-freed-keys.ts';
export { sweepJob, sweepRetention } from './sweep.ts';
