import { and, eq, inArray } from 'drizzle-orm';
import { asSystem, type Ctx, now, actingPerson } from '../../kernel/context.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { violates } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { isAccountClosed } from '../identity/index.ts';
import { clearingAccount } from './accounts.ts';
import type { PaymentFacts } from './channels/channel.ts';
import { creditCash } from './credit-cash.ts';
import { notificationMismatch } from './problems.ts';
import { inSettlement } from './retry.ts';
import { topUps } from './schema.ts';
import { suspendPayment } from './suspend-payment.ts';
import { canBecome, statusesBefore } from './top-up-status.ts';

type TopUpRow = typeof topUps.$inferSelect;
type Settled =
  /** `isStranded`: paid, and the account cannot be used any more. */
  | { readonly mismatch: null; readonly isStranded: boolean }
  | { readonly mismatch: 'unknown_order' | 'amount' | 'currency' | 'second_payment' | 'other_order' };

/**
 * Acts on what a channel has proved about a payment. Told any number of times, in any order, it credits once. Money
 * that arrives after the top-up had failed is credited too and marked, because it is the customer's money. When the
 * account is closed it goes to suspense instead, also where it is another amount or a second payment: no other code will
 * come to ask for it.
 * @throws `wallet.notification_mismatch` when the payment is not the one that was ordered; nothing is credited.
 */
export async function settleTopUp(ctx: Ctx, channel: string, told: PaymentFacts): Promise<void> {
  authorize(ctx, 'wallet:settle-top-up');
  const payment = { ...told, tradeNumber: normalIdentifier(told.tradeNumber) };
  const settled = await withOwnTradeNumber(
    inSettlement(asSystem(ctx, `channel-${channel}`), async (ctx): Promise<Settled> => {
      const [topUp] = await ctx.db
        .select()
        .from(topUps)
        .where(and(eq(topUps.id, payment.topUpId), eq(topUps.channel, channel)))
        .for('update');
      if (topUp === undefined) return { mismatch: 'unknown_order' };
      const system = asSystem(ctx, `channel-${channel}`, topUp.tenantId);
      const difference = differenceOf(topUp, payment);
      if (isMoneyOfItsOwn(topUp, payment) && (await isAccountClosed(system, topUp.tenantId)))
        return { mismatch: null, isStranded: true };
      if (difference !== null) {
        await audit(system, 'wallet.notification_mismatched', {
          targetId: topUp.id,
          subjectId: null,
          details: { reason: difference },
        });
        return { mismatch: difference };
      }
      if (payment.state === 'closed') await failTopUp(system, topUp.id, 'cancelled');
      if (payment.state !== 'paid' || !canBecome(topUp.status, 'paid'))
        return { mismatch: null, isStranded: false };
      await markPaid(system, topUp, payment);
      return { mismatch: null, isStranded: false };
    }),
  );
  if (settled.mismatch === null) {
    if (settled.isStranded) await keepStranded(asSystem(ctx, `channel-${channel}`), channel, payment);
    return;
  }
  const { mismatch } = settled;
  ctx.log.warn({ channel, reason: mismatch }, 'payment notification does not match');
  throw notificationMismatch({ reason: mismatch });
}

/** In transactions of their own: no row of the books may stand beside the order of an erased person. */
async function keepStranded(ctx: Ctx, channel: string, payment: PaymentFacts): Promise<void> {
  const { tradeNumber, amountMicros, topUpId } = payment;
  await inSettlement(ctx, (ctx) => suspendPayment(ctx, { channel, tradeNumber, amountMicros }));
  await inSettlement(ctx, (ctx) => failTopUp(ctx, topUpId, 'expired'));
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

/** Whether it is money that no top-up has been credited for; the books hold the order's currency only. */
function isMoneyOfItsOwn(topUp: TopUpRow, payment: PaymentFacts): boolean {
  return (
    payment.state === 'paid' &&
    payment.tradeNumber !== topUp.tradeNumber &&
    payment.currency === topUp.currency
  );
}

function differenceOf(topUp: TopUpRow, payment: PaymentFacts): Settled['mismatch'] {
  if (payment.amountMicros !== topUp.amountMicros) return 'amount';
  if (payment.currency !== topUp.currency) return 'currency';
  const isOtherPayment = topUp.tradeNumber !== null && topUp.tradeNumber !== payment.tradeNumber;
  return isOtherPayment && payment.state === 'paid' ? 'second_payment' : null;
}

async function markPaid(ctx: Ctx, topUp: TopUpRow, payment: PaymentFacts): Promise<void> {
  const { id, tenantId, amountMicros, channel } = topUp;
  await creditCash(ctx, { id, tenantId, amountMicros, from: clearingAccount(channel), refType: 'top_up' });
  const isLate = topUp.status === 'failed' || now(ctx) > topUp.expiresAt;
  await ctx.db
    .update(topUps)
    .set({ status: 'paid', failureReason: null, isLate, paidAt: now(ctx), tradeNumber: payment.tradeNumber })
    .where(eq(topUps.id, id));
  await audit(ctx, 'wallet.top_up_paid', {
    targetId: id,
    subjectId: actingPerson(ctx),
    details: { channel, isLate },
  });
  if (isLate)
    ctx.log.warn({ topUpId: id, channel }, 'a payment arrived after its top-up had ended and was credited');
}

/** Ends a pending top-up without money; any other stays as it is. */
export async function failTopUp(ctx: Ctx, topUpId: string, reason: 'cancelled' | 'expired'): Promise<void> {
  const [failed] = await ctx.db
    .update(topUps)
    .set({ status: 'failed', failureReason: reason })
    .where(and(eq(topUps.id, topUpId), inArray(topUps.status, statusesBefore('failed'))))
    .returning({ tenantId: topUps.tenantId });
  if (failed === undefined) return;
  await audit({ ...ctx, tenantId: failed.tenantId }, 'wallet.top_up_failed', {
    targetId: topUpId,
    subjectId: actingPerson(ctx),
    details: { reason },
  });
}
