import { and, count, countDistinct, gte, lt, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { monthOf, periodOfMonth } from './period.ts';
import { usageEvents } from './schema.ts';

/** Totals of one model over one month, of persons who agreed to be counted. */
export interface ModelStatistics {
  readonly modelId: string;
  readonly persons: number;
  readonly requests: number;
  readonly tokens: number;
}

/** A total of fewer persons would come near to saying what one of them did. */
export const fewestPersons = 5;

/**
 * How models are used, over the persons who agreed to `improvement` now: PostgreSQL shows the purpose nobody else's
 * calls. Whole months only, small groups left out, numbers rounded, so that two answers laid side by side do not give
 * one person away either.
 */
export async function usageStatistics(
  ctx: Ctx,
  query: { readonly month?: string | undefined },
): Promise<{ month: string; items: ModelStatistics[] }> {
  authorize(ctx, 'billing:read-statistics');
  const month = query.month ?? monthOf(now(ctx));
  const { from, until } = periodOfMonth(month);
  const persons = countDistinct(usageEvents.userId);
  const rows = await inTransaction(ctx, 'improvement', (ctx) =>
    ctx.db
      .select({
        modelId: usageEvents.modelId,
        persons,
        requests: count(),
        tokens: sql<number>`sum(${usageEvents.inputTokens} + ${usageEvents.outputTokens})`.mapWith(Number),
      })
      .from(usageEvents)
      .where(and(gte(usageEvents.billableAt, from), lt(usageEvents.billableAt, until)))
      .groupBy(usageEvents.modelId)
      .having(gte(persons, fewestPersons))
      .orderBy(usageEvents.modelId),
  );
  await inTransaction(ctx, 'operations', (ctx) => audit(ctx, 'billing.statistics_read', month));
  return {
    month,
    items: rows.map(({ modelId, persons: exact, requests, tokens }) => ({
      modelId,
      persons: exact - (exact % fewestPersons),
      requests: rounded(requests),
      tokens: rounded(tokens),
    })),
  };
}

/** Two digits tell a trend and hide a person. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
