import { eq } from 'drizzle-orm';
import { actorText, type Ctx, now, userOf } from '../../kernel/context.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { hasOtherOperator, isAccountClosed } from '../identity/index.ts';
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
 * What another operator entered or asked for is done: a waiting transfer is credited, a reversal that was asked for is
 * carried out. When the account of a waiting one was closed meanwhile the money goes to suspense, and it ends rejected.
 * @throws `wallet.second_operator_needed` for the operator who entered or asked, and for the one who receives it.
 */
export async function approveBankTransfer(ctx: Ctx, { bankTransferId }: { bankTransferId: string }) {
  authorize(ctx, 'wallet:credit');
  const stranded = await inSettlement(ctx, async (ctx) => {
    const row = await lock(ctx, bankTransferId);
    const { id, tenantId, amountMicros } = row;
    if (row.status === 'reversing') {
      if (row.reversalProposedBy === actorText(ctx.actor)) throw secondOperatorNeeded();
      await reverse(ctx, row, row.reversalReason);
      return undefined;
    }
    requireNext(row, 'credited');
    if (row.creditedBy === actorText(ctx.actor) || tenantId === ctx.tenantId) throw secondOperatorNeeded();
    if (await isAccountClosed(ctx, tenantId)) return openRow(ctx, bankTransfers, row);
    await creditCash(ctx, { id, tenantId, amountMicros, from: clearingAccount(channel), refType });
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_credited', { targetId: id, subjectId: null });
    await set(ctx, id, { status: 'credited', decidedBy: actorText(ctx.actor), decidedAt: now(ctx) });
    return undefined;
  });
  if (stranded === undefined) return;
  const { serialNumber: tradeNumber, amountMicros } = stranded;
  // First, so that no crash between the two loses the money; approving again books it no second time.
  await inSettlement(ctx, (ctx) => suspendPayment(ctx, { channel, tradeNumber, amountMicros }));
  await rejectBankTransfer(ctx, { bankTransferId });
}

/** Ends a waiting transfer, or a reversal that was asked for, without moving money. The operator who requested it may do so too. */
export async function rejectBankTransfer(ctx: Ctx, { bankTransferId }: { bankTransferId: string }) {
  authorize(ctx, 'wallet:credit');
  return inSettlement(ctx, async (ctx) => {
    const row = await lock(ctx, bankTransferId);
    const { id, tenantId } = row;
    if (row.status === 'reversing') {
      await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_reversal_declined', {
        targetId: id,
        subjectId: null,
      });
      await set(ctx, id, { status: 'credited', reversalProposedBy: null, reversalReason: null });
      return;
    }
    requireNext(row, 'rejected');
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_rejected', { targetId: id, subjectId: null });
    await set(ctx, id, { status: 'rejected', decidedBy: actorText(ctx.actor), decidedAt: now(ctx) });
  });
}

export interface ReverseBankTransfer {
  readonly bankTransferId: string;
  readonly reason: ReversalReason;
}

/**
 * Takes a credit back by entries of its own; what is no longer there becomes debt. At once where the installation has
 * one operator, else when a second one has approved.
 * @returns whether it was done.
 */
export async function reverseBankTransfer(ctx: Ctx, input: ReverseBankTransfer): Promise<boolean> {
  authorize(ctx, 'wallet:credit');
  const needsSecond = await hasOtherOperator(ctx, userOf(ctx));
  return inSettlement(ctx, async (ctx) => {
    const row = await lock(ctx, input.bankTransferId);
    requireNext(row, 'reversing');
    if (!needsSecond) {
      await reverse(ctx, row, input.reason);
      return true;
    }
    const { id, tenantId } = row;
    await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_reversal_proposed', {
      targetId: id,
      subjectId: null,
      details: {
        reason: input.reason,
      },
    });
    await set(ctx, id, {
      status: 'reversing',
      reversalProposedBy: actorText(ctx.actor),
      reversalReason: input.reason,
    });
    return false;
  });
}

type Row = typeof bankTransfers.$inferSelect;

async function reverse(ctx: Ctx, row: Row, reason: ReversalReason | null): Promise<void> {
  requireNext(row, 'reversed');
  const { id, tenantId, amountMicros } = row;
  await undoCredit(ctx, { id, tenantId, amountMicros, channel, refType });
  await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_reversed', {
    targetId: id,
    subjectId: null,
    details: { reason },
  });
  await set(ctx, id, {
    status: 'reversed',
    reversedBy: actorText(ctx.actor),
    reversedAt: now(ctx),
    reversalReason: reason,
  });
}

async function lock(ctx: Ctx, id: string): Promise<Row> {
  const [row] = await ctx.db.select().from(bankTransfers).where(eq(bankTransfers.id, id)).for('update');
  if (row === undefined) throw bankTransferNotFound();
  return row;
}

function requireNext({ status }: Row, next: BankTransferStatus): void {
  if (!canTransferBecome(status, next)) throw bankTransferDecided({ state: status });
}

async function set(ctx: Ctx, id: string, changes: Partial<typeof bankTransfers.$inferInsert>): Promise<void> {
  await ctx.db.update(bankTransfers).set(changes).where(eq(bankTransfers.id, id));
}
