import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { type Ctx, now, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { findApiKeyNames } from '../identity/index.ts';
import { bucketSql, hourOf } from './period.ts';
import { rangeTooLong, tooManySums } from './problems.ts';
import { usageEvents, usageHours } from './schema.ts';

interface UsageFilter {
  readonly apiKeyId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly from?: Date | undefined;
  /** First instant that no longer belongs to the answer. */
  readonly to?: Date | undefined;
}

const dayMs = 86_400_000;
/** Shown when no time is asked for (D-USE-1: the last two weeks); by the hour as much of it as may be. */
const defaultRangeMs = 14 * dayMs;
const longestRangeMs = { hour: 7 * dayMs, day: 366 * dayMs } as const;
/** Of one answer, about a megabyte: keys and models multiply what the range bounds. */
const mostSums = 5_000;

/** Sums per hour or per day of Shanghai, model and key. Read from hourly sums, so the hour of `from` counts whole. */
export async function sumUsage(ctx: Ctx, query: UsageFilter & { groupBy: 'hour' | 'day' }) {
  authorize(ctx, 'billing:read');
  const longestMs = longestRangeMs[query.groupBy];
  const to = query.to ?? now(ctx);
  const from = query.from ?? new Date(to.getTime() - Math.min(defaultRangeMs, longestMs));
  if (to.getTime() - from.getTime() > longestMs) throw rangeTooLong({ longestDays: longestMs / dayMs });
  const sums = await inTransaction(ctx, 'billing', (ctx) =>
    ctx.db
      .select({
        bucket: bucketSql(query.groupBy, usageHours.hour).as('bucket'),
        modelId: usageHours.modelId,
        apiKeyId: usageHours.apiKeyId,
        requests: sql<number>`sum(${usageHours.requests})`.mapWith(Number),
        estimatedRequests: sql<number>`sum(${usageHours.estimatedRequests})`.mapWith(Number),
        inputTokens: sql<number>`sum(${usageHours.inputTokens})`.mapWith(Number),
        outputTokens: sql<number>`sum(${usageHours.outputTokens})`.mapWith(Number),
        chargeMicros: sql<bigint>`sum(${usageHours.chargeMicros})`.mapWith(BigInt),
      })
      .from(usageHours)
      .where(
        and(
          eq(usageHours.tenantId, tenantOf(ctx)),
          gte(usageHours.hour, hourOf(from).from),
          lt(usageHours.hour, to),
          query.apiKeyId === undefined ? undefined : eq(usageHours.apiKeyId, query.apiKeyId),
          query.modelId === undefined ? undefined : eq(usageHours.modelId, query.modelId),
        ),
      )
      .groupBy(sql`bucket`, usageHours.modelId, usageHours.apiKeyId)
      .orderBy(sql`bucket`, asc(usageHours.modelId), asc(usageHours.apiKeyId))
      .limit(mostSums + 1),
  );
  if (sums.length > mostSums) throw tooManySums({ most: mostSums });
  return sums;
}

/** Single calls, newest first. */
export async function listUsageEvents(
  ctx: Ctx,
  query: UsageFilter & { limit: number; cursor?: string | undefined },
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
          query.from === undefined ? undefined : gte(usageEvents.finishedAt, query.from),
          query.to === undefined ? undefined : lt(usageEvents.finishedAt, query.to),
          query.apiKeyId === undefined ? undefined : eq(usageEvents.apiKeyId, query.apiKeyId),
          query.modelId === undefined ? undefined : eq(usageEvents.modelId, query.modelId),
          query.cursor === undefined
            ? undefined
            : sql`(${usageEvents.finishedAt}, ${usageEvents.id}) < (select c.finished_at, c.id from billing.usage_events c where c.id = ${query.cursor} and c.tenant_id = ${tenantId})`,
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
    apiKeyName: nameById.get(row.apiKeyId) ?? null,
  }));
  return { items, nextCursor: found.nextCursor };
}
