export { retentionRoutes } from './routes.ts';
export { sweepRetention } from './sweep.ts';
