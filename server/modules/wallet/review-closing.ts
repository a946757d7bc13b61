import { and, eq, gt } from 'drizzle-orm';
import { now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import type { ReviewClosing } from '../../declare/closing-review.ts';
import { walletBalance } from './balance.ts';
import { topUps } from './schema.ts';

/** Money that is left when an account is closed: shown before, and lost only when the person says so. */
export const reviewClosing: ReviewClosing = async (ctx, { tenantId }) => {
  if (tenantId === null) return {};
  return inTransaction({ ...ctx, tenantId }, 'settlement', async (ctx) => {
    const { balanceMicros, owedMicros } = await walletBalance(ctx);
    const [open] = await ctx.db
      .select({ id: topUps.id })
      .from(topUps)
      .where(and(eq(topUps.tenantId, tenantId), eq(topUps.status, 'pending'), gt(topUps.expiresAt, now(ctx))))
      .limit(1);
    // Money for an account that is closed would reach no owner: cancel the order, or wait half an hour.
    return { balanceMicros, owedMicros, blocks: open === undefined ? [] : ['open-top-up'] };
  });
};
