// Importing the jobs declares them to the worker.
import './jobs.ts';

export { audit, type AuditDetails } from './audit.ts';
export { createAccessLog, type AccessLog } from './access-log.ts';
export { auditRoutes } from './routes.ts';
