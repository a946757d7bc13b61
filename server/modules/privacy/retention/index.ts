export { retentionRoutes } from './routes.ts';
export { destroyKeysOfErased } from './destroy-freed-keys.ts';
export { sweepRetention } from './sweep.ts';
