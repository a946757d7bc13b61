import { asc, eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { monthBefore, monthOf } from './period.ts';
import { modelStatistics, statisticsMonths } from './schema.ts';

/** How models were used in one month, as it was counted when the month was closed. An open month has no totals. */
export async function usageStatistics(ctx: Ctx, query: { readonly month?: string | undefined }) {
  authorize(ctx, 'billing:read-statistics');
  const month = query.month ?? monthBefore(monthOf(now(ctx)));
  return inTransaction(ctx, 'operations', async (ctx) => {
    const [frozen] = await ctx.db.select().from(statisticsMonths).where(eq(statisticsMonths.month, month));
    const items = await ctx.db
      .select({
        modelId: modelStatistics.modelId,
        persons: modelStatistics.persons,
        requests: modelStatistics.requests,
        tokens: modelStatistics.tokens,
      })
      .from(modelStatistics)
      .where(eq(modelStatistics.month, month))
      .orderBy(asc(modelStatistics.modelId));
    await audit(ctx, 'billing.statistics_read', month, null);
    return { month, frozenAt: frozen?.frozenAt ?? null, items };
  });
}
