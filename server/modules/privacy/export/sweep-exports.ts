import { and, eq, gte, inArray, lt, lte, or } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { deleteChunks, endedAs } from './export-store.ts';
import { leaseMs, maxAttempts } from './limits.ts';
import { exports } from './tables.ts';

/**
 * Deletes copies that are too old, frees downloads that broke off, gives up copies that failed too often.
 * @returns copies whose writer died: another worker must begin anew.
 */
export async function sweepExports(ctx: Ctx): Promise<string[]> {
  authorize(ctx, 'privacy:write-export');
  return inTransaction(ctx, 'casework', async (ctx) => {
    const at = now(ctx);
    const expired = await ctx.db
      .update(exports)
      .set(endedAs('expired'))
      .where(and(inArray(exports.status, ['ready', 'delivering']), lte(exports.expiresAt, at)))
      .returning({ id: exports.id });
    const failed = await ctx.db
      .update(exports)
      .set({ status: 'failed', leaseUntil: null })
      .where(and(isSilent(at), gte(exports.attempt, maxAttempts)))
      .returning({ id: exports.id });
    await deleteChunks(
      ctx,
      [...expired, ...failed].map(({ id }) => id),
    );
    await ctx.db
      .update(exports)
      .set({ status: 'ready', leaseUntil: null })
      .where(and(eq(exports.status, 'delivering'), lt(exports.leaseUntil, at)));
    const lost = await ctx.db.select({ id: exports.id }).from(exports).where(isSilent(at));
    return lost.map(({ id }) => id);
  });
}

/** No worker writes it, although one should. */
function isSilent(at: Date) {
  const waitsSince = new Date(at.getTime() - leaseMs);
  return or(
    and(eq(exports.status, 'queued'), lt(exports.createdAt, waitsSince)),
    and(eq(exports.status, 'running'), lt(exports.leaseUntil, at)),
  );
}
