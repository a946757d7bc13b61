import { and, count, inArray, isNotNull } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import type { CountedMetric, MetricFacts } from '../../../kernel/metrics.ts';
import { openStates } from './states.ts';
import { cases } from './tables.ts';

export const overdueCases: CountedMetric = {
  name: 'candor_privacy_cases_overdue',
  help: 'Open requests of persons past the day their answer was due',
  kind: 'gauge',
  count: (ctx) => inTransaction(ctx, 'casework', countOverdue),
};

/** Joins the caller's transaction. */
export async function countOverdue(ctx: Ctx): Promise<number> {
  const [row] = await ctx.db
    .select({ overdue: count() })
    .from(cases)
    .where(and(inArray(cases.state, openStates), isNotNull(cases.overdueAt)));
  return row?.overdue ?? 0;
}

export const yearsWithoutNotice: MetricFacts = {
  name: 'candor_privacy_calendar_missing_years',
  help: 'Years whose public holidays should be known by now and are not',
};
