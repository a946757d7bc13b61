import { and, eq } from 'drizzle-orm';
import { asSystem, type Ctx, now, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { microsPerCent, microsPerYuan } from '../../kernel/money.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { nextCheckAt, topUpLifetimeMs } from './check-top-up.ts';
import { idempotencyKeyReused } from './problems.ts';
import { topUps } from './schema.ts';
import type { TopUpDesk } from './top-up-desk.ts';
import { requireWholeCents } from './whole-cents.ts';

type TopUpRow = typeof topUps.$inferSelect;

export interface CreateTopUp {
  readonly amountMicros: bigint;
  readonly channel: string;
  /** Made by the client: repeating a request with the same key answers the same top-up. */
  readonly idempotencyKey: string;
}

/** Far above any single payment a vendor takes; keeps a typing error from becoming an order. */
const largestMicros = 1_000_000n * microsPerYuan;
/** What every form shows and checks before it asks. */
export const topUpLimits = {
  minMicros: microsPerCent,
  maxMicros: largestMicros,
  stepMicros: microsPerCent,
} as const;

/** Orders a top-up. The order is in our books before the channel hears of it, so no payment comes unexpected. */
export async function createTopUp(
  ctx: Ctx,
  desk: TopUpDesk,
  input: CreateTopUp,
): Promise<{ topUp: TopUpRow; redirectUrl: string }> {
  authorize(ctx, 'wallet:top-up');
  const channel = desk.channel(input.channel);
  requireWholeCents(input.amountMicros, largestMicros);
  const topUp = await inTransaction(ctx, 'billing', (ctx) => insertOrFind(ctx, desk, input));
  if (topUp.amountMicros !== input.amountMicros || topUp.channel !== input.channel)
    throw idempotencyKeyReused();
  if (topUp.redirectUrl !== null) return { topUp, redirectUrl: topUp.redirectUrl };
  const { id: topUpId, amountMicros, currency, expiresAt } = topUp;
  const { redirectUrl } = await channel.createPayment(asSystem(ctx, 'wallet'), {
    topUpId,
    amountMicros,
    currency,
    expiresAt,
  });
  await inTransaction(ctx, 'billing', (ctx) =>
    ctx.db
      .update(topUps)
      .set({ redirectUrl })
      .where(and(eq(topUps.id, topUpId), eq(topUps.tenantId, tenantOf(ctx)))),
  );
  return { topUp, redirectUrl };
}

async function insertOrFind(ctx: Ctx, desk: TopUpDesk, input: CreateTopUp): Promise<TopUpRow> {
  const tenantId = tenantOf(ctx);
  const createdAt = now(ctx);
  const idempotencyHash = ctx.keyedHash('wallet.top-up', `${tenantId} ${input.idempotencyKey}`);
  const [created] = await ctx.db
    .insert(topUps)
    .values({
      id: newId('topup'),
      tenantId,
      userId: userOf(ctx),
      channel: input.channel,
      amountMicros: input.amountMicros,
      currency: 'CNY',
      status: 'pending',
      isLate: false,
      idempotencyHash,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + topUpLifetimeMs),
    })
    .onConflictDoNothing({ target: [topUps.tenantId, topUps.idempotencyHash] })
    .returning();
  if (created !== undefined) {
    await audit(ctx, 'wallet.top_up_ordered', {
      targetId: created.id,
      subjectId: userOf(ctx),
      details: { channel: created.channel },
    });
    await desk.check.enqueue(ctx, { topUpId: created.id }, { runAt: nextCheckAt(createdAt, createdAt) });
    return created;
  }
  const [existing] = await ctx.db
    .select()
    .from(topUps)
    .where(and(eq(topUps.tenantId, tenantId), eq(topUps.idempotencyHash, idempotencyHash)));
  if (existing === undefined) throw new Error('a top-up is neither new nor there');
  return existing;
}
