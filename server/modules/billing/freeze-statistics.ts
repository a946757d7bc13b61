import { and, countDistinct, eq, gte, lt, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { fewestPersons } from './fewest-persons.ts';
import { monthBefore, monthOf, periodOfMonth } from './period.ts';
import { settledUntil } from './progress.ts';
import { statisticsMonths, usageEvents, usageStatistics } from './schema.ts';
import { countedLines } from './usage-lines.ts';

/** So far back a month is still counted after the server was away. */
const monthsBack = 12;

/**
 * Counts the closed months that are not counted yet, each once. What stands is never computed again: two answers about
 * one month cannot differ, so their difference cannot give away who agreed or left in between.
 * @returns the months that were written.
 */
export async function freezeStatistics(ctx: Ctx): Promise<string[]> {
  authorize(ctx, 'billing:freeze-statistics');
  const settled = await inTransaction(ctx, 'settlement', settledUntil);
  const frozen: string[] = [];
  let month = monthOf(now(ctx));
  for (let back = 0; back < monthsBack; back += 1) {
    month = monthBefore(month);
    if (periodOfMonth(month).until > settled) continue;
    if (await freezeMonth(ctx, month)) frozen.push(month);
  }
  return frozen;
}

async function freezeMonth(ctx: Ctx, month: string): Promise<boolean> {
  if (await inTransaction(ctx, 'operations', (ctx) => isFrozen(ctx, month))) return false;
  const totals = await countMonth(ctx, month);
  return inTransaction(ctx, 'operations', async (ctx) => {
    await lockName(ctx, `billing.statistics ${month}`);
    if (await isFrozen(ctx, month)) return false;
    await ctx.db.insert(statisticsMonths).values({ month, frozenAt: now(ctx) });
    if (totals.length > 0) await ctx.db.insert(usageStatistics).values(totals);
    await audit(ctx, 'billing.statistics_frozen', { targetId: month, subjectId: null });
    return true;
  });
}

async function isFrozen(ctx: Ctx, month: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ month: statisticsMonths.month })
    .from(statisticsMonths)
    .where(eq(statisticsMonths.month, month));
  return rows.length > 0;
}

/** PostgreSQL shows the purpose only the calls of persons who agree. */
async function countMonth(ctx: Ctx, month: string) {
  const { from, until } = periodOfMonth(month);
  const persons = countDistinct(usageEvents.userId);
  const meters = [...ctx.product.meters.values()];
  const names = sql.param(meters.map(({ name }) => name));
  const units = sql.param(meters.map(({ unit }) => unit.name));
  const rows = await inTransaction(ctx, 'improvement', (ctx) =>
    ctx.db
      .select({
        sku: usageEvents.sku,
        unit: sql<string>`known.unit`,
        persons,
        quantity: sql<number>`sum(line.quantity)`.mapWith(Number),
      })
      .from(usageEvents)
      .innerJoinLateral(countedLines, sql`true`)
      .innerJoin(
        sql`unnest(${names}::text[], ${units}::text[]) as known (name, unit)`,
        sql`known.name = line.meter`,
      )
      .where(and(gte(usageEvents.billableAt, from), lt(usageEvents.billableAt, until)))
      .groupBy(usageEvents.sku, sql`known.unit`)
      .having(gte(persons, fewestPersons)),
  );
  return rows.map(({ persons: exact, quantity, ...row }) => ({
    ...row,
    month,
    persons: exact - (exact % fewestPersons),
    quantity: rounded(quantity),
  }));
}

/** Two digits tell a trend and hide a person. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
