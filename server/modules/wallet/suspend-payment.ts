import type { Opened } from '@candor/privacy-engine';
import { and, eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { findIndex, openRow, sealRow } from '../../kernel/sealed-rows.ts';
import { audit } from '../audit/index.ts';
import { clearingAccount, suspenseAccount } from './accounts.ts';
import { bookGroup } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import { suspendedPayments } from './schema.ts';
import type { Post } from './transfer.ts';

export type SuspendedPayment = Opened<typeof suspendedPayments.$inferSelect>;

export interface PaymentToSuspend {
  readonly channel: string;
  /** In its normal form: one trade number of a channel is one payment. */
  readonly tradeNumber: string;
  readonly amountMicros: bigint;
}

/**
 * Keeps money that arrived for a closed account until an operator gives it back or assigns it. Told any number of
 * times, it is booked once. Neither the row nor the transfer names the account. Inside a settlement transaction.
 */
export async function suspendPayment(
  ctx: Ctx,
  { channel, tradeNumber, amountMicros }: PaymentToSuspend,
): Promise<SuspendedPayment> {
  const sealed = await sealRow(ctx, suspendedPayments, {
    id: newId('suspense'),
    userId: null,
    channel,
    tradeNumber,
    amountMicros,
    receivedAt: now(ctx),
    status: 'open',
  });
  const [inserted] = await ctx.db
    .insert(suspendedPayments)
    .values(sealed)
    .onConflictDoNothing({ target: [suspendedPayments.channel, suspendedPayments.tradeNumberIndex] })
    .returning();
  const payment = await openRow(ctx, suspendedPayments, inserted);
  if (payment === undefined) {
    const found = await findSuspended(ctx, channel, tradeNumber);
    if (found === undefined) throw new Error('a payment in suspense is neither new nor there');
    return found;
  }
  await bookSuspense(ctx, payment, 'in');
  await audit({ ...ctx, tenantId: null }, 'wallet.payment_suspended', {
    targetId: payment.id,
    subjectId: null,
    details: { channel },
  });
  ctx.log.warn({ suspendedPaymentId: payment.id, channel }, 'money arrived for a closed account');
  return payment;
}

/** The payment with a trade number in its normal form, undefined when it is not in suspense. */
export async function findSuspended(
  ctx: Ctx,
  channel: string,
  tradeNumber: string,
): Promise<SuspendedPayment | undefined> {
  const index = await findIndex(ctx, suspendedPayments, 'tradeNumber', tradeNumber);
  const [row] = await ctx.db
    .select()
    .from(suspendedPayments)
    .where(and(eq(suspendedPayments.channel, channel), eq(suspendedPayments.tradeNumberIndex, index)));
  return openRow(ctx, suspendedPayments, row);
}

/** Moves the money between the channel and suspense: `in` when it arrived, `refund` when it went back. */
export async function bookSuspense(
  ctx: Ctx,
  { id, channel, amountMicros }: Pick<SuspendedPayment, 'id' | 'channel' | 'amountMicros'>,
  way: 'in' | 'refund',
): Promise<void> {
  const [clearing, suspense] = [clearingAccount(channel), suspenseAccount(channel)];
  const post: Post = {
    id: `${id}:${way}`,
    kind: 'post',
    code: way === 'in' ? 'top_up' : 'refund',
    debit: way === 'in' ? clearing : suspense,
    credit: way === 'in' ? suspense : clearing,
    amountMicros,
    groupId: id,
    refType: 'suspended_payment',
    refId: id,
  };
  const book = await openBook(ctx, [post]);
  bookGroup(book, [post]);
  await writeBook(ctx, book, new Set([post.id]));
}
