import { asc, eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { monthBefore, monthOf } from './period.ts';
import { statisticsMonths, usageStatistics } from './schema.ts';

/** What was used in one month, by SKU and unit, as it was counted when the month was closed. An open month has no totals. */
export async function readStatistics(ctx: Ctx, query: { readonly month?: string | undefined }) {
  authorize(ctx, 'billing:read-statistics');
  const month = query.month ?? monthBefore(monthOf(now(ctx)));
  return inTransaction(ctx, 'operations', async (ctx) => {
    const [frozen] = await ctx.db.select().from(statisticsMonths).where(eq(statisticsMonths.month, month));
    const items = await ctx.db
      .select({
        sku: usageStatistics.sku,
        unit: usageStatistics.unit,
        persons: usageStatistics.persons,
        quantity: usageStatistics.quantity,
      })
      .from(usageStatistics)
      .where(eq(usageStatistics.month, month))
      .orderBy(asc(usageStatistics.sku), asc(usageStatistics.unit));
    await audit(ctx, 'billing.statistics_read', { targetId: month, subjectId: null });
    return { month, frozenAt: frozen?.frozenAt ?? null, items };
  });
}
