import { eq } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { inSettlement } from './retry.ts';
import { topUps } from './schema.ts';
import { failTopUp, settleTopUp } from './settle-top-up.ts';
import type { TopUpDesk } from './top-up-desk.ts';

/** When an undecided top-up is looked at, counted from its order; the last time is its end. */
const checkAfterMs = [10_000, 60_000, 300_000] as const;
export const topUpLifetimeMs = 1_800_000;

/** The next time to look, at the latest the end. */
export function nextCheckAt(createdAt: Date, at: Date): Date {
  const after =
    [...checkAfterMs, topUpLifetimeMs].find((ms) => createdAt.getTime() + ms > at.getTime()) ??
    topUpLifetimeMs;
  return new Date(createdAt.getTime() + after);
}

/** Asks the channel about an undecided top-up, because notifications get lost, and ends it when its time is over. */
export async function checkTopUp(ctx: Ctx, desk: TopUpDesk, topUpId: string): Promise<void> {
  authorize(ctx, 'wallet:settle-top-up');
  const topUp = await inTransaction(
    ctx,
    'settlement',
    async (ctx) => (await ctx.db.select().from(topUps).where(eq(topUps.id, topUpId)))[0],
  );
  if (topUp === undefined || topUp.status !== 'pending') return;
  const payment = await desk.channel(topUp.channel).findPayment(ctx, topUpId);
  if (payment !== null && payment.state !== 'waiting') return settleTopUp(ctx, topUp.channel, payment);
  if (now(ctx) < topUp.expiresAt) {
    await inTransaction(ctx, 'settlement', (ctx) =>
      desk.check.enqueue(ctx, { topUpId }, { runAt: nextCheckAt(topUp.createdAt, now(ctx)) }),
    );
    return;
  }
  await inSettlement(asSystem(ctx, 'wallet.check-top-up', topUp.tenantId), (ctx) =>
    failTopUp(ctx, topUpId, 'expired'),
  );
}
