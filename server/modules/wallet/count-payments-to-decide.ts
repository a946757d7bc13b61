import { inArray } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import type { BankTransferStatus } from './bank-transfer-status.ts';
import { bankTransfers, suspendedPayments } from './schema.ts';
import type { SuspenseStatus } from './suspense-status.ts';

export interface PaymentsToDecide {
  /** Credits and reversals that wait for a second operator. */
  readonly bankTransfers: number;
  /** Money that arrived for closed accounts and is neither refunded nor assigned. */
  readonly suspended: number;
}

const undecided: BankTransferStatus[] = ['waiting', 'reversing'];
const unresolved: SuspenseStatus[] = ['open', 'proposed'];

/** How many payments wait for an operator. Numbers only: no person is shown, so no reason is asked for. */
export async function countPaymentsToDecide(ctx: Ctx): Promise<PaymentsToDecide> {
  authorize(ctx, 'wallet:credit');
  return inTransaction(ctx, 'settlement', async (ctx) => ({
    bankTransfers: await ctx.db.$count(bankTransfers, inArray(bankTransfers.status, undecided)),
    suspended: await ctx.db.$count(suspendedPayments, inArray(suspendedPayments.status, unresolved)),
  }));
}
