// Importing the sink and the jobs declares them.
import '../../../kernel/job-queue-sink.ts';

export { freezeNow, startErasure } from './confirm-erasure.ts';
export { reapplyErasures } from './reapply-erasures.ts';
export { erasureRoutes } from './routes.ts';
export { resumeErasures, runErasure } from './run-erasure.ts';
