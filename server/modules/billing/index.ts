// Importing the jobs declares them to the worker.
import './jobs.ts';

export { recordUsage, type UsageRow } from './record-usage.ts';
export { billingRoutes } from './routes.ts';
export type { UsageOutcome } from './schema.ts';
export { settleHours } from './settle-hours.ts';
