// Importing the jobs declares them to the worker.
import './jobs.ts';
import './review-closing.ts';

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
export { createLedgerWriter, type LedgerWriter } from './ledger-writer.ts';
export { postTransfers } from './post-transfers.ts';
export { insufficientBalance } from './problems.ts';
export { reverseGroup } from './reverse-group.ts';
export { walletRoutes } from './routes.ts';
export { topUpChannels } from './top-up-desk.ts';
export { topUpLimits } from './create-top-up.ts';
export type { Transfer, TransferResult } from './transfer.ts';
