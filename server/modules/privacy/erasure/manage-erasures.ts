import { desc, eq, lt } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../permissions.ts';
import { audit } from '../../audit/index.ts';
import { findErasure, moveErasure } from './erasure-store.ts';
import { type ErasureStatus, viewStatus } from './follow-erasure.ts';
import { erasureNotFailed } from './problems.ts';
import { runErasureJob } from './run-erasure.ts';
import { erasures } from './tables.ts';

export type ManagedErasure = ErasureStatus & { readonly origin: string; readonly failedIn: string | null };

/** Every erasure, newest first: which, how far, and where something is left. Nobody is named. */
export async function listErasures(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'privacy:manage-erasures');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select({ id: erasures.id })
      .from(erasures)
      .where(query.cursor === undefined ? undefined : lt(erasures.id, query.cursor))
      .orderBy(desc(erasures.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    const found = await Promise.all(items.map(({ id }) => findErasure(ctx, id)));
    return {
      items: found.flatMap((erasure) =>
        erasure === undefined
          ? []
          : [{ ...viewStatus(erasure), origin: erasure.origin, failedIn: erasure.failedIn }],
      ),
      nextCursor,
    };
  });
}

/** Lets a failed erasure go on, once the cause is removed: it plans anew and looks everywhere again. */
export async function retryErasure(ctx: Ctx, { erasureId }: { erasureId: string }): Promise<ErasureStatus> {
  authorize(ctx, 'privacy:manage-erasures');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const erasure = await findErasure(ctx, erasureId);
    if (erasure === undefined) throw notFound();
    if (erasure.state !== 'failed') throw erasureNotFailed({ state: erasure.state });
    await moveErasure(ctx, erasure, 'frozen', { plansMade: 0, failedIn: null });
    await ctx.db.update(erasures).set({ residue: null }).where(eq(erasures.id, erasureId));
    await audit(ctx, 'privacy.erasure_retried', erasureId, {}, null);
    await runErasureJob.enqueue(ctx, { erasureId }, { key: erasureId });
    return viewStatus({ ...erasure, state: 'frozen' });
  });
}
