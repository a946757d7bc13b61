import { sum } from 'drizzle-orm';
import { inTransaction } from '../../../kernel/db.ts';
import type { CountedMetric } from '../../../kernel/metrics.ts';
import { erasures } from './tables.ts';

export const failedErasures: CountedMetric = {
  name: 'candor_privacy_erasures_failed_total',
  help: 'Times an erasure ended with something left',
  kind: 'counter',
  count: (ctx) =>
    inTransaction(ctx, 'operations', async (ctx) => {
      const [row] = await ctx.db.select({ failures: sum(erasures.failures) }).from(erasures);
      return Number(row?.failures ?? 0);
    }),
};
