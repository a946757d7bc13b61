import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { unstorableIn } from '../../../kernel/http.ts';
import { idSchema, newId } from '../../../kernel/id.ts';
import { defineJob, type Job } from '../../../kernel/jobs.ts';
import { microsPerCent } from '../../../kernel/money.ts';
import { notificationRefused, paymentNotFound } from '../problems.ts';
import { sandboxPayments } from '../schema.ts';
import type { PaymentChannel, PaymentFacts } from './channel.ts';
import { signNotification, verifyNotification } from './sandbox-signature.ts';

export interface SandboxPayment {
  readonly id: string;
  readonly merchantOrderId: string;
  readonly amountMicros: bigint;
  readonly currency: string;
  readonly status: 'waiting' | 'paid' | 'closed';
}

/** The vendor's side: what its cashier page needs. */
export interface Sandbox extends PaymentChannel {
  findForCashier(ctx: Ctx, paymentId: string): Promise<SandboxPayment>;
  /** The person presses a button; the merchant hears of it later. Deciding twice changes nothing. */
  decide(ctx: Ctx, paymentId: string, decision: 'paid' | 'closed'): Promise<SandboxPayment>;
  /** Brings the merchant the notification, again and again until it is acknowledged. */
  readonly deliver: Job<{ paymentId: string }>;
}

/** What the edge can say in micro-yuan. */
const maxCents = Math.floor(Number.MAX_SAFE_INTEGER / Number(microsPerCent));

const bodySchema = z.object({
  type: z.enum(['payment.paid', 'payment.closed']),
  merchantOrderId: z.string().max(100),
  paymentId: z.string().max(100),
  amountCents: z.int().positive().max(maxCents),
  currency: z.string().max(10),
});

const answerPatienceMs = 10_000;

/**
 * Plays a payment vendor for development and tests: a cashier page, a signed notification that arrives later and is
 * repeated until it is acknowledged, an interface to ask. Its money is not money, so production refuses it.
 */
export function createSandboxChannel(options: { readonly notificationUrl: () => string }): Sandbox {
  const deliver = defineJob(
    'wallet.deliver-sandbox-notification',
    z.object({ paymentId: idSchema('pay') }),
    async (ctx, { paymentId }) => {
      const payment = await findPaymentRow(ctx, paymentId);
      if (payment === undefined || payment.status === 'waiting' || payment.acknowledgedAt !== null) return;
      const body = notificationBody(payment);
      const response = await fetch(options.notificationUrl(), {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          ...signNotification(ctx, body, randomBytes(16).toString('base64url')),
        },
        signal: AbortSignal.timeout(answerPatienceMs),
      });
      // The queue tries again, later each time, as vendors do.
      if (!response.ok) throw new Error(`the merchant answered ${response.status}`);
      await inTransaction(ctx, 'settlement', (ctx) =>
        ctx.db
          .update(sandboxPayments)
          .set({ acknowledgedAt: now(ctx) })
          .where(eq(sandboxPayments.id, paymentId)),
      );
    },
  );

  const sandbox: Sandbox = {
    name: 'sandbox',
    deliver,
    async createPayment(ctx, order) {
      const id = await inTransaction(ctx, 'settlement', async (ctx) => {
        const { topUpId: merchantOrderId, amountMicros, currency } = order;
        const [payment] = await ctx.db
          .insert(sandboxPayments)
          .values({
            id: newId('pay'),
            merchantOrderId,
            amountMicros,
            currency,
            status: 'waiting',
            createdAt: now(ctx),
          })
          .onConflictDoUpdate({
            target: sandboxPayments.merchantOrderId,
            set: { merchantOrderId: sql`excluded.merchant_order_id` },
          })
          .returning({ id: sandboxPayments.id });
        return payment?.id;
      });
      // On this site, so a relative address is right behind any proxy.
      return { redirectUrl: `/sandbox-cashier/${id}` };
    },
    async findPayment(ctx, topUpId) {
      const [payment] = await inTransaction(ctx, 'settlement', (ctx) =>
        ctx.db.select().from(sandboxPayments).where(eq(sandboxPayments.merchantOrderId, topUpId)),
      );
      return payment === undefined ? null : factsOf(payment);
    },
    async closePayment(ctx, topUpId) {
      const payment = await sandbox.findPayment(ctx, topUpId);
      if (payment === null) return null;
      await sandbox.decide(ctx, payment.tradeNumber, 'closed');
      return sandbox.findPayment(ctx, topUpId);
    },
    readNotification(ctx, notification) {
      verifyNotification(ctx, notification);
      const parsed = bodySchema.safeParse(parseJson(notification.body));
      if (!parsed.success || unstorableIn(parsed.data, 'body') !== null)
        throw notificationRefused({ reason: 'body' });
      const { type, merchantOrderId, paymentId, amountCents, currency } = parsed.data;
      return {
        topUpId: merchantOrderId,
        state: type === 'payment.paid' ? 'paid' : 'closed',
        tradeNumber: paymentId,
        amountMicros: BigInt(amountCents) * microsPerCent,
        currency,
      };
    },
    async findForCashier(ctx, paymentId) {
      const payment = await findPaymentRow(ctx, paymentId);
      if (payment === undefined) throw paymentNotFound();
      return payment;
    },
    async decide(ctx, paymentId, decision) {
      return inTransaction(ctx, 'settlement', async (ctx) => {
        const [payment] = await ctx.db
          .select()
          .from(sandboxPayments)
          .where(eq(sandboxPayments.id, paymentId))
          .for('update');
        if (payment === undefined) throw paymentNotFound();
        if (payment.status !== 'waiting') return payment;
        await ctx.db
          .update(sandboxPayments)
          .set({ status: decision, decidedAt: now(ctx) })
          .where(eq(sandboxPayments.id, paymentId));
        await deliver.enqueue(ctx, { paymentId });
        return { ...payment, status: decision };
      });
    },
  };
  return sandbox;
}

async function findPaymentRow(ctx: Ctx, paymentId: string) {
  const [payment] = await inTransaction(ctx, 'settlement', (ctx) =>
    ctx.db.select().from(sandboxPayments).where(eq(sandboxPayments.id, paymentId)),
  );
  return payment;
}

/** The vendor counts in cents, as vendors do. */
function notificationBody(payment: SandboxPayment): string {
  return JSON.stringify({
    type: `payment.${payment.status}`,
    merchantOrderId: payment.merchantOrderId,
    paymentId: payment.id,
    amountCents: Number(payment.amountMicros / microsPerCent),
    currency: payment.currency,
  });
}

function factsOf({ merchantOrderId, status, id, amountMicros, currency }: SandboxPayment): PaymentFacts {
  return { topUpId: merchantOrderId, state: status, tradeNumber: id, amountMicros, currency };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
