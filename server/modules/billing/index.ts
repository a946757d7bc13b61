import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids } from './ids.ts';
import { freezeJob, settleJob } from './jobs.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { billingRoutes } from './routes.ts';
import * as schema from './schema.ts';

export { type PlatformUsage, readPlatformUsage } from './platform-usage.ts';
export { recordUsage, type UsageLine, type UsageRow } from './record-usage.ts';
export type { UsageOutcome } from './schema.ts';
export { settleHours } from './settle-hours.ts';

export const billingModule = defineModule('billing', {
  calls: ['audit', 'identity', 'catalog'],
  ids,
  acts,
  schema,
  permissions,
  problems,
  jobs: [settleJob, freezeJob],
  installs: { api: billingRoutes },
});
