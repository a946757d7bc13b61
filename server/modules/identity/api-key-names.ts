import { and, eq, inArray } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { apiKeys } from './schema.ts';

/** For modules above that remember keys by id: the names of those that still exist, of the actor's own account. */
export async function findApiKeyNames(
  ctx: Ctx,
  apiKeyIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (apiKeyIds.length === 0) return new Map();
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select({ id: apiKeys.id, userId: apiKeys.userId, name: apiKeys.name })
      .from(apiKeys)
      .where(and(eq(apiKeys.tenantId, tenantOf(ctx)), inArray(apiKeys.id, [...new Set(apiKeyIds)])));
    const opened = await openRows(ctx, apiKeys, rows);
    return new Map(opened.map(({ id, name }) => [id, name]));
  });
}
