export { addressedCases } from './addressed-cases.ts';
export { summariseQueue } from './case-queue.ts';
export { overdueCases } from './metrics.ts';
export { matchAccount, sendContactCode } from './send-codes.ts';
export { watchDeadlinesJob } from './watch-deadlines.ts';
export { openCase, type OpenCase } from './open-case.ts';
export { caseRoutes } from './routes.ts';
