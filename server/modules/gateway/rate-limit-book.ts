import { sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import type { RateLimits } from './rate-limits.ts';
import { accountRateLimits, modelRateLimits } from './schema.ts';

/** What accounts may call of models, as the operator has said. */
export interface RateLimitBook {
  /** Null: without a limit. */
  limitsOf(tenantId: string, modelId: string): RateLimits | null;
}

/** PostgreSQL channel on which gateways hear of changes. */
export const rateLimitsChangedChannel = 'rate_limits_changed';

export async function notifyRateLimitsChanged(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`select pg_notify(${rateLimitsChangedChannel}, '')`);
}

interface LimitRow extends RateLimits {
  readonly modelId: string | null;
}

/**
 * What is said of an account replaces what is said of all, and what is said of a model replaces what is said of each: one
 * row decides, so an exception may also allow more.
 */
export function rateLimitBook(
  ofModels: readonly LimitRow[],
  ofAccounts: readonly (LimitRow & { readonly tenantId: string })[],
): RateLimitBook {
  const byModel = new Map(ofModels.map((row) => [row.modelId, limitsIn(row)]));
  const byAccount = new Map(ofAccounts.map((row) => [placeOf(row.tenantId, row.modelId), limitsIn(row)]));
  return {
    limitsOf(tenantId, modelId) {
      for (const place of [placeOf(tenantId, modelId), placeOf(tenantId, null)]) {
        const ofAccount = byAccount.get(place);
        if (ofAccount !== undefined) return ofAccount;
      }
      return byModel.get(modelId) ?? null;
    },
  };
}

/** Neither ids nor names of models have spaces. */
function placeOf(tenantId: string, modelId: string | null): string {
  return `${tenantId} ${modelId ?? ''}`;
}

/** Null when nothing is limited. */
function limitsIn({ requestsPerMinute, tokensPerMinute, parallelRequests }: LimitRow): RateLimits | null {
  if (requestsPerMinute === null && tokensPerMinute === null && parallelRequests === null) return null;
  return { requestsPerMinute, tokensPerMinute, parallelRequests };
}

/** Every limit of the installation, for a gateway. */
export async function loadRateLimits(ctx: Ctx): Promise<RateLimitBook> {
  return inTransaction(ctx, 'inference', async (ctx) =>
    rateLimitBook(
      await ctx.db.select().from(modelRateLimits),
      await ctx.db
        .select({
          tenantId: accountRateLimits.tenantId,
          modelId: accountRateLimits.modelId,
          requestsPerMinute: accountRateLimits.requestsPerMinute,
          tokensPerMinute: accountRateLimits.tokensPerMinute,
          parallelRequests: accountRateLimits.parallelRequests,
        })
        .from(accountRateLimits),
    ),
  );
}
