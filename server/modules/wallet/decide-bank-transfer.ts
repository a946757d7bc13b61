import { eq } from 'drizzle-orm';
import { actorText, type Ctx, now } from '../../kernel/context.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { isAccountClosed } from '../identity/index.ts';
import { canTransferBecome, type BankTransferStatus, type ReversalReason } from './bank-transfer-status.ts';
import { clearingAccount } from './accounts.ts';
import { creditCash } from './credit-cash.ts';
import { bankTransferDecided, bankTransferNotFound, secondOperatorNeeded } from './problems.ts';
import { inSettlement } from './retry.ts';
import { bankTransfers } from './schema.ts';
import { suspendPayment } from './suspend-payment.ts';
import { undoCredit } from './undo-credit.ts';

const refType = 'bank_transfer' as const;
const channel = 'bank';

/**
 * Credits a waiting transfer. When its account was closed meanwhile the money goes to suspense, and the transfer ends
 * rejected. @throws `wallet.second_operator_needed` for the operator who entered it, and for the one who receives it.
 */
export async function approveBankTransfer(ctx: Ctx, { bankTransferId }: { bankTransferId: string }) {
  authorize(ctx, 'wallet:credit');
  const stranded = await inSettlement(ctx, async (ctx) => {
    const row = await lock(ctx, bankTransferId, 'credited');
    const { id, tenantId, amountMicros } = row;
    if (row.creditedBy === actorText(ctx.actor) || tenantId === ctx.tenantId) throw secondOperatorNeeded();
    if (await isAccountClosed(ctx, tenantId)) return openRow(ctx, bankTransfers, row);
    await creditCash(ctx, { id, tenantId, amountMicros, from: clearingAccount(channel), refType });
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_credited', id);
    await set(ctx, id, { status: 'credited', decidedBy: actorText(ctx.actor), decidedAt: now(ctx) });
    return undefined;
  });
  if (stranded === undefined) return;
  const { serialNumber: tradeNumber, amountMicros } = stranded;
  // First, so that no crash between the two loses the money; approving again books it no second time.
  await inSettlement(ctx, (ctx) => suspendPayment(ctx, { channel, tradeNumber, amountMicros }));
  await rejectBankTransfer(ctx, { bankTransferId });
}

/** Ends a waiting transfer without money. The operator who entered it may do so too. */
export async function rejectBankTransfer(ctx: Ctx, { bankTransferId }: { bankTransferId: string }) {
  authorize(ctx, 'wallet:credit');
  return inSettlement(ctx, async (ctx) => {
    const { id, tenantId } = await lock(ctx, bankTransferId, 'rejected');
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_rejected', id);
    await set(ctx, id, { status: 'rejected', decidedBy: actorText(ctx.actor), decidedAt: now(ctx) });
  });
}

export interface ReverseBankTransfer {
  readonly bankTransferId: string;
  readonly reason: ReversalReason;
}

/** Takes a credit back by entries of its own; what is no longer there becomes debt. */
export async function reverseBankTransfer(ctx: Ctx, { bankTransferId, reason }: ReverseBankTransfer) {
  authorize(ctx, 'wallet:credit');
  return inSettlement(ctx, async (ctx) => {
    const { id, tenantId, amountMicros } = await lock(ctx, bankTransferId, 'reversed');
    await undoCredit(ctx, { id, tenantId, amountMicros, channel, refType });
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_reversed', id, { reason });
    await set(ctx, id, {
      status: 'reversed',
      reversedBy: actorText(ctx.actor),
      reversedAt: now(ctx),
      reversalReason: reason,
    });
  });
}

async function lock(ctx: Ctx, id: string, next: BankTransferStatus) {
  const [row] = await ctx.db.select().from(bankTransfers).where(eq(bankTransfers.id, id)).for('update');
  if (row === undefined) throw bankTransferNotFound();
  if (!canTransferBecome(row.status, next)) throw bankTransferDecided({ state: row.status });
  return row;
}

async function set(ctx: Ctx, id: string, changes: Partial<typeof bankTransfers.$inferInsert>): Promise<void> {
  await ctx.db.update(bankTransfers).set(changes).where(eq(bankTransfers.id, id));
}
