import { and, eq } from 'drizzle-orm';
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { topUpDecided, topUpNotFound } from './problems.ts';
import { inSettlement } from './retry.ts';
import { topUps } from './schema.ts';
import { failTopUp, settleTopUp } from './settle-top-up.ts';
import type { TopUpDesk } from './top-up-desk.ts';

/**
 * Ends a waiting top-up at the channel first, so that it cannot be paid any more, and then here. A payment that was
 * quicker is credited. @throws `wallet.top_up_decided` when it no longer waits.
 */
export async function cancelTopUp(
  ctx: Ctx,
  desk: TopUpDesk,
  { topUpId }: { topUpId: string },
): Promise<void> {
  authorize(ctx, 'wallet:top-up');
  const topUp = await inTransaction(ctx, 'billing', async (ctx) => {
    const [row] = await ctx.db
      .select()
      .from(topUps)
      .where(and(eq(topUps.id, topUpId), eq(topUps.tenantId, tenantOf(ctx))));
    return row;
  });
  if (topUp === undefined) throw topUpNotFound();
  if (topUp.status !== 'pending') throw topUpDecided({ state: topUp.status });
  const system = asSystem(ctx, 'wallet.cancel-top-up', topUp.tenantId);
  const payment = await desk.channel(topUp.channel).closePayment(system, topUpId);
  if (payment !== null && payment.state === 'paid') {
    await settleTopUp(system, topUp.channel, payment);
    throw topUpDecided({ state: 'paid' });
  }
  await inSettlement(system, (ctx) => failTopUp(ctx, topUpId, 'cancelled'));
}
