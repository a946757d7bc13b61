import './addressed-cases.ts';
import './watch-deadlines.ts';

export { openCase, type OpenCase } from './open-case.ts';
export { caseRoutes } from './routes.ts';
