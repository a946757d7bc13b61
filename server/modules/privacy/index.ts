import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids, timelessIds } from './ids.ts';
import {
  addressedCases,
  matchAccount,
  overdueCases,
  sendContactCode,
  watchDeadlinesJob,
} from './cases/index.ts';
import { forgetConsented } from './consent/forget-consented.ts';
import { passOnCorrection } from './correction/jobs.ts';
import { failedErasures, resumeErasuresJob, runErasureJob } from './erasure/index.ts';
import { sweepExportsJob, writeExportJob } from './export/jobs.ts';
import { staffReadsPart } from './export/staff-reads-part.ts';
import { unreadableCellsMetric } from './integrity/unreadable-cells.ts';
import * as messages from './messages.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { sweepJob } from './retention/index.ts';
import { installPrivacy, privacyRoutes } from './routes.ts';
import * as schema from './schema.ts';

export { summariseQueue } from './cases/index.ts';
export {
  compareTimes,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  reapplyErasures,
  rememberLostErasures,
  type TimeReport,
} from './erasure/index.ts';
export { destroyKeysOfErased } from './retention/index.ts';
export {
  openPolicies,
  type Policies,
  type PolicyVersion,
  publishPolicy,
  readInstallation,
  refuseUnaccepted,
} from './policy/index.ts';
export { type InForce, inForceOf, type ReadInForce, withdrawConsent } from './consent/index.ts';

export const privacyModule = defineModule('privacy', {
  calls: ['audit', 'notifications', 'identity'],
  ids: [...ids, ...timelessIds],
  acts,
  schema,
  permissions,
  problems,
  messages: Object.values(messages),
  jobs: [
    forgetConsented,
    matchAccount,
    resumeErasuresJob,
    runErasureJob,
    sendContactCode,
    sweepExportsJob,
    sweepJob,
    watchDeadlinesJob,
    writeExportJob,
  ],
  on: [passOnCorrection],
  metrics: [failedErasures, overdueCases, unreadableCellsMetric],
  addressedRows: [addressedCases],
  exportParts: [staffReadsPart],
  installs: { everywhere: installPrivacy, api: privacyRoutes },
});
