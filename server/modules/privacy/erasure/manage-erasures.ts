import { and, desc, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import type { ErasureState } from './states.ts';
import { asErasure, findErasure, moveErasure } from './erasure-store.ts';
import { type ErasureStatus, viewStatus } from './follow-erasure.ts';
import { erasureNotFailed } from './problems.ts';
import { runErasureJob } from './run-erasure.ts';
import { erasures } from './tables.ts';

export type ManagedErasure = ErasureStatus & { readonly origin: string; readonly failedIn: string | null };

/** Every erasure, newest first: which, how far, and where something is left. No person is named. */
export async function listErasures(
  ctx: Ctx,
  query: { limit: number; cursor?: string | undefined; state?: ErasureState | undefined },
) {
  authorize(ctx, 'privacy:manage-erasures');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(erasures)
      .where(
        and(
          query.state === undefined ? undefined : eq(erasures.state, query.state),
          query.cursor === undefined ? undefined : isOlderThan(query.cursor),
        ),
      )
      .orderBy(desc(erasures.createdAt), desc(erasures.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows.map(asErasure), query.limit);
    return {
      items: items.map((erasure) => {
        const { origin, failedIn } = erasure;
        return { ...viewStatus(ctx, erasure), origin, failedIn };
      }),
      nextCursor,
    };
  });
}

/** Ids of erasures tell no time, so the cursor is looked up. */
function isOlderThan(cursor: string) {
  return sql`(${erasures.createdAt}, ${erasures.id}) < (select e.created_at, e.id from ${erasures} e where e.id = ${cursor})`;
}

/** Lets a failed erasure go on, once the cause is removed: it plans anew and looks everywhere again. */
export async function retryErasure(ctx: Ctx, { erasureId }: { erasureId: string }): Promise<ErasureStatus> {
  authorize(ctx, 'privacy:manage-erasures');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const erasure = await findErasure(ctx, erasureId);
    if (erasure === undefined) throw notFound();
    if (erasure.state !== 'failed') throw erasureNotFailed({ state: erasure.state });
    // From the beginning, or with a new plan: what has been done already is then found done.
    const state = erasure.failedIn === 'confirmed' ? 'confirmed' : 'frozen';
    await moveErasure(ctx, erasure, state, { plansMade: 0, failedIn: null });
    await ctx.db.update(erasures).set({ residue: null }).where(eq(erasures.id, erasureId));
    await audit(ctx, 'privacy.erasure_retried', { targetId: erasureId, subjectId: erasureId });
    await runErasureJob.enqueue(ctx, { erasureId }, { key: erasureId });
    return viewStatus(ctx, { ...erasure, state });
  });
}
