import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids } from './ids.ts';
import { checkLedgerJob, expireHoldsJob } from './jobs.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { reviewClosing } from './review-closing.ts';
import { addTopUpJobs, walletRoutes } from './routes.ts';
import { recipients } from './recipients.ts';
import * as schema from './schema.ts';

export { clearingAccount } from './accounts.ts';
export { type Balance, walletBalance } from './balance.ts';
export { chargeUsage, type ChargeResult, type UsageCharge } from './charge-usage.ts';
export { checkLedger, type LedgerCheck } from './check-ledger.ts';
export { expireHolds } from './expire-holds.ts';
export {
  captureHold,
  type CaptureHold,
  extendHoldExpiry,
  placeHold,
  type PlaceHold,
  voidHold,
} from './holds.ts';
export { countPaymentsToDecide, type PaymentsToDecide } from './count-payments-to-decide.ts';
export { createLedgerWriter, type LedgerWriter } from './ledger-writer.ts';
export { postTransfers } from './post-transfers.ts';
export { insufficientBalance } from './problems.ts';
export { reverseGroup } from './reverse-group.ts';
export { topUpChannels } from './top-up-desk.ts';
export { topUpLimits } from './create-top-up.ts';
export type { Transfer, TransferResult } from './transfer.ts';

export const walletModule = defineModule('wallet', {
  calls: ['audit', 'identity'],
  ids,
  acts,
  recipients,
  schema,
  permissions,
  problems,
  jobs: [expireHoldsJob, checkLedgerJob],
  closingReview: reviewClosing,
  installs: { api: walletRoutes, worker: addTopUpJobs },
});
