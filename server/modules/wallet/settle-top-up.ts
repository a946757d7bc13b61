import { and, eq } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { violates } from '../../kernel/db.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import type { PaymentFacts } from './channels/channel.ts';
import { creditCash } from './credit-cash.ts';
import { notificationMismatch } from './problems.ts';
import { inSettlement } from './retry.ts';
import { topUps } from './schema.ts';
import { canBecome } from './top-up-status.ts';

type TopUpRow = typeof topUps.$inferSelect;
type Settled =
  | { readonly mismatch: null }
  | { readonly mismatch: 'unknown_order' | 'amount' | 'currency' | 'second_payment' | 'other_order' };

/**
 * Acts on what a channel has proved about a payment. Told any number of times, in any order, it credits once. Money
 * that arrives after the top-up had failed is credited too and marked, because it is the customer's money.
 * @throws `wallet.notification_mismatch` when the payment is not the one that was ordered; nothing is credited.
 */
export async function settleTopUp(ctx: Ctx, channel: string, told: PaymentFacts): Promise<void> {
  authorize(ctx, 'wallet:settle-top-up');
  const payment = { ...told, tradeNumber: normalIdentifier(told.tradeNumber) };
  const { mismatch } = await withOwnTradeNumber(
    inSettlement(ctx, async (ctx): Promise<Settled> => {
      const [topUp] = await ctx.db
        .select()
        .from(topUps)
        .where(and(eq(topUps.id, payment.topUpId), eq(topUps.channel, channel)))
        .for('update');
      if (topUp === undefined) return { mismatch: 'unknown_order' };
      const system = asSystem(ctx, `channel-${channel}`, topUp.tenantId);
      const difference = differenceOf(topUp, payment);
      if (difference !== null) {
        await audit(system, 'wallet.notification_mismatched', topUp.id, { reason: difference });
        return { mismatch: difference };
      }
      if (payment.state === 'paid') await markPaid(system, topUp, payment);
      if (payment.state === 'closed') await failTopUp(system, topUp, 'cancelled');
      return { mismatch: null };
    }),
  );
  if (mismatch === null) return;
  ctx.log.warn({ channel, reason: mismatch }, 'payment notification does not match');
  throw notificationMismatch({ reason: mismatch });
}

/** One payment pays one order: a trade number that another order carries is a mismatch, and nothing is credited. */
async function withOwnTradeNumber(settling: Promise<Settled>): Promise<Settled> {
  try {
    return await settling;
  } catch (error) {
    if (violates(error, 'top_ups_trade_number_key')) return { mismatch: 'other_order' };
    throw error;
  }
}

function differenceOf(topUp: TopUpRow, payment: PaymentFacts): Settled['mismatch'] {
  if (payment.amountMicros !== topUp.amountMicros) return 'amount';
  if (payment.currency !== topUp.currency) return 'currency';
  const isOtherPayment = topUp.tradeNumber !== null && topUp.tradeNumber !== payment.tradeNumber;
  return isOtherPayment && payment.state === 'paid' ? 'second_payment' : null;
}

async function markPaid(ctx: Ctx, topUp: TopUpRow, payment: PaymentFacts): Promise<void> {
  if (!canBecome(topUp.status, 'paid')) return;
  const { id, tenantId, amountMicros, channel } = topUp;
  await creditCash(ctx, { id, tenantId, amountMicros, channel, refType: 'top_up' });
  const isLate = topUp.status === 'failed' || now(ctx) > topUp.expiresAt;
  await ctx.db
    .update(topUps)
    .set({ status: 'paid', failureReason: null, isLate, paidAt: now(ctx), tradeNumber: payment.tradeNumber })
    .where(eq(topUps.id, id));
  await audit(ctx, 'wallet.top_up_paid', id, { channel, isLate });
  if (isLate)
    ctx.log.warn({ topUpId: id, channel }, 'a payment arrived after its top-up had ended and was credited');
}

/** Ends a pending top-up without money; any other stays as it is. The row is locked by the caller. */
export async function failTopUp(ctx: Ctx, topUp: TopUpRow, reason: 'cancelled' | 'expired'): Promise<void> {
  if (!canBecome(topUp.status, 'failed')) return;
  await ctx.db.update(topUps).set({ status: 'failed', failureReason: reason }).where(eq(topUps.id, topUp.id));
  await audit(ctx, 'wallet.top_up_failed', topUp.id, { reason });
}
