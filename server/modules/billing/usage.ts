import { and, asc, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { type Ctx, now, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { findApiKeyNames } from '../identity/index.ts';
import { bucketSql, hourOf } from './period.ts';
import { rangeTooLong, tooManySums } from './problems.ts';
import { type UsageOutcome, usageEvents, usageSums } from './schema.ts';

interface UsageFilter {
  readonly apiKeyId?: string | undefined;
  readonly sku?: string | undefined;
  readonly from?: Date | undefined;
  /** First instant that no longer belongs to the answer. */
  readonly to?: Date | undefined;
}

export interface EventFilter extends UsageFilter {
  readonly outcome?: UsageOutcome | undefined;
  readonly requestId?: string | undefined;
}

const dayMs = 86_400_000;
/** Shown when no time is asked for (D-USE-1: the last two weeks); by the hour as much of it as may be. */
const defaultRangeMs = 14 * dayMs;
const longestRangeMs = { hour: 7 * dayMs, day: 366 * dayMs } as const;
/** Of one answer, a few megabytes: keys and SKUs multiply what the range bounds. */
const mostSums = 5_000;

/** Sums per hour or per day of Shanghai, SKU and key. Read from hourly sums, so the hour of `from` counts whole. */
export async function sumUsage(ctx: Ctx, query: UsageFilter & { groupBy: 'hour' | 'day' }) {
  authorize(ctx, 'billing:read');
  const longestMs = longestRangeMs[query.groupBy];
  const to = query.to ?? now(ctx);
  const from = query.from ?? new Date(to.getTime() - Math.min(defaultRangeMs, longestMs));
  if (to.getTime() - from.getTime() > longestMs) throw rangeTooLong({ longestDays: longestMs / dayMs });
  // Of one sum a row per meter: more rows than this are more sums than an answer holds, or meters of a newer release.
  const mostRows = mostSums * ctx.product.meters.size;
  const rows = await inTransaction(ctx, 'billing', (ctx) =>
    ctx.db
      .select({
        bucket: bucketSql(query.groupBy, usageSums.hour).as('bucket'),
        sku: usageSums.sku,
        apiKeyId: usageSums.apiKeyId,
        meter: usageSums.meter,
        quantity: sql<number>`sum(${usageSums.quantity})`.mapWith(Number),
        estimatedQuantity: sql<number>`sum(${usageSums.estimatedQuantity})`.mapWith(Number),
        chargeMicros: sql<bigint>`sum(${usageSums.chargeMicros})`.mapWith(BigInt),
      })
      .from(usageSums)
      .where(
        and(
          eq(usageSums.tenantId, tenantOf(ctx)),
          gte(usageSums.hour, hourOf(from).from),
          lt(usageSums.hour, to),
          query.apiKeyId === undefined ? undefined : eq(usageSums.apiKeyId, query.apiKeyId),
          query.sku === undefined ? undefined : eq(usageSums.sku, query.sku),
        ),
      )
      .groupBy(sql`bucket`, usageSums.sku, usageSums.apiKeyId, usageSums.meter)
      .orderBy(sql`bucket`, asc(usageSums.sku), asc(usageSums.apiKeyId), asc(usageSums.meter))
      .limit(mostRows + 1),
  );
  const sums = foldMeters(ctx, rows);
  if (sums.length > mostSums || rows.length > mostRows) throw tooManySums({ most: mostSums });
  return sums;
}

interface MeterSum {
  readonly bucket: Date;
  readonly sku: string;
  readonly apiKeyId: string;
  readonly meter: string;
  readonly quantity: number;
  readonly estimatedQuantity: number;
  readonly chargeMicros: bigint;
}

/** One sum per bucket, SKU and key with its meters; rows of one are beside each other. */
function foldMeters(ctx: Ctx, rows: readonly MeterSum[]) {
  const sums: { bucket: Date; sku: string; apiKeyId: string; chargeMicros: bigint; meters: SumLine[] }[] = [];
  for (const { bucket, sku, apiKeyId, ...line } of rows) {
    const meter = { ...line, unit: unitOf(ctx, line.meter) };
    const last = sums.at(-1);
    if (last?.bucket.getTime() === bucket.getTime() && last.sku === sku && last.apiKeyId === apiKeyId) {
      last.meters.push(meter);
      last.chargeMicros += line.chargeMicros;
    } else sums.push({ bucket, sku, apiKeyId, chargeMicros: line.chargeMicros, meters: [meter] });
  }
  return sums;
}

type SumLine = Pick<MeterSum, 'meter' | 'quantity' | 'estimatedQuantity' | 'chargeMicros'> & { unit: string };

/** A meter that only a newer release knows is shown without its unit. */
function unitOf(ctx: Ctx, meter: string): string {
  return ctx.product.meters.get(meter)?.unit.name ?? '';
}

export function eventFilters(query: EventFilter): (SQL | undefined)[] {
  return [
    query.from === undefined ? undefined : gte(usageEvents.finishedAt, query.from),
    query.to === undefined ? undefined : lt(usageEvents.finishedAt, query.to),
    query.apiKeyId === undefined ? undefined : eq(usageEvents.apiKeyId, query.apiKeyId),
    query.sku === undefined ? undefined : eq(usageEvents.sku, query.sku),
    query.outcome === undefined ? undefined : eq(usageEvents.outcome, query.outcome),
    query.requestId === undefined ? undefined : eq(usageEvents.requestId, query.requestId),
  ];
}

/** @param cursor the id of a call of this account. */
export function isOlderThan(cursor: string, tenantId: string): SQL {
  return sql`(${usageEvents.finishedAt}, ${usageEvents.id}) < (select c.finished_at, c.id from billing.usage_events c where c.id = ${cursor} and c.tenant_id = ${tenantId})`;
}

/** Single calls, newest first. */
export async function listUsageEvents(
  ctx: Ctx,
  query: EventFilter & { limit: number; cursor?: string | undefined },
) {
  authorize(ctx, 'billing:read');
  const tenantId = tenantOf(ctx);
  const found = await inTransaction(ctx, 'billing', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(usageEvents)
      .where(
        and(
          eq(usageEvents.tenantId, tenantId),
          ...eventFilters(query),
          query.cursor === undefined ? undefined : isOlderThan(query.cursor, tenantId),
        ),
      )
      .orderBy(desc(usageEvents.finishedAt), desc(usageEvents.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
  const nameById = await findApiKeyNames(
    ctx,
    found.items.map(({ apiKeyId }) => apiKeyId),
  );
  const items = found.items.map((row) => ({
    ...row,
    at: row.finishedAt,
    lines: linesOf(ctx, row),
    apiKeyName: nameById.get(row.apiKeyId) ?? null,
  }));
  return { items, nextCursor: found.nextCursor };
}

/** Guarantee: a check of the database holds the three lists to one length. */
export function linesOf(ctx: Ctx, { meters, quantities, chargesMicros }: typeof usageEvents.$inferSelect) {
  return meters.map((meter, index) => ({
    meter,
    unit: unitOf(ctx, meter),
    quantity: Number(quantities[index] ?? 0n),
    chargeMicros: chargesMicros[index] ?? 0n,
  }));
}
