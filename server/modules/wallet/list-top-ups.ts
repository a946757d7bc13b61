import { and, desc, eq, lt } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { topUpNotFound } from './problems.ts';
import { topUps } from './schema.ts';
import type { TopUpStatus } from './top-up-status.ts';

export interface ListTopUps {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: TopUpStatus | undefined;
}

/** Top-ups of the account, newest first. */
export async function listTopUps(ctx: Ctx, query: ListTopUps) {
  authorize(ctx, 'wallet:read');
  return inTransaction(ctx, 'billing', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(topUps)
      .where(
        and(
          eq(topUps.tenantId, tenantOf(ctx)),
          query.status === undefined ? undefined : eq(topUps.status, query.status),
          query.cursor === undefined ? undefined : lt(topUps.id, query.cursor),
        ),
      )
      .orderBy(desc(topUps.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

/** @throws `wallet.top_up_not_found`, also for another account's. */
export async function getTopUp(ctx: Ctx, input: { topUpId: string }) {
  authorize(ctx, 'wallet:read');
  return inTransaction(ctx, 'billing', async (ctx) => {
    const [topUp] = await ctx.db
      .select()
      .from(topUps)
      .where(and(eq(topUps.id, input.topUpId), eq(topUps.tenantId, tenantOf(ctx))));
    if (topUp === undefined) throw topUpNotFound();
    return topUp;
  });
}
