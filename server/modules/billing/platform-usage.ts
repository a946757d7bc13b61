import { count, eq, gte, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { firstOf } from '../../kernel/first-of.ts';
import { authorize } from '../../declare/permissions.ts';
import { bucketSql, monthOf, periodOfMonth, startOfDay } from './period.ts';
import { usageEvents, usageSums } from './schema.ts';

export interface PlatformUsage {
  /** What use was charged with since midnight in Shanghai. */
  readonly todayMicros: bigint;
  /** The same since the first of the month. */
  readonly monthMicros: bigint;
  /** The last fourteen days, the oldest first; the last one is today. */
  readonly days: readonly { readonly startsAt: Date; readonly chargeMicros: bigint }[];
  /** Calls that are billed at an instant of today, those that cost nothing included. */
  readonly callsToday: number;
  /** Of these, the ones that no upstream answered to the end. */
  readonly failedToday: number;
}

const shownDays = 14;
const dayMs = 86_400_000;

/**
 * What the whole installation earned and served, two queries over all accounts. Charges come from the hourly sums that
 * customers see and bills are made of, not from money that was paid in. Use of an account that was erased meanwhile is
 * not counted: its rows are held and no purpose here reads them.
 */
export async function readPlatformUsage(ctx: Ctx): Promise<PlatformUsage> {
  authorize(ctx, 'billing:read-revenue');
  const today = startOfDay(now(ctx));
  const month = periodOfMonth(monthOf(now(ctx))).from;
  // Days in Shanghai have one length: it keeps no summer time.
  const firstShown = new Date(today.getTime() - (shownDays - 1) * dayMs);
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const rows = await ctx.db
      .select({
        day: bucketSql('day', usageSums.hour).as('day'),
        chargeMicros: sql<bigint>`sum(${usageSums.chargeMicros})`.mapWith(BigInt),
      })
      .from(usageSums)
      .where(gte(usageSums.hour, month < firstShown ? month : firstShown))
      .groupBy(sql`day`);
    const calls = await ctx.db
      .select({
        callsToday: count(),
        failedToday:
          sql<number>`count(*) filter (where ${eq(usageEvents.outcome, 'upstream_failed')})`.mapWith(Number),
      })
      .from(usageEvents)
      .where(gte(usageEvents.billableAt, today));
    const since = (from: Date) =>
      rows.reduce((sum, { day, chargeMicros }) => (day >= from ? sum + chargeMicros : sum), 0n);
    const days = Array.from({ length: shownDays }, (_, index) => {
      const startsAt = new Date(firstShown.getTime() + index * dayMs);
      const row = rows.find(({ day }) => day.getTime() === startsAt.getTime());
      return { startsAt, chargeMicros: row?.chargeMicros ?? 0n };
    });
    return { todayMicros: since(today), monthMicros: since(month), days, ...firstOf(calls) };
  });
}
