import './watch-deadlines.ts';

export { openCase, type OpenCase } from './open-case.ts';
export { caseRoutes } from './routes.ts';
export { type ErasureGround, provideErasure, type StartErasure } from './erase-for-case.ts';
