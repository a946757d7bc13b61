import { and, eq, lt } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { lockName, query } from '../../kernel/db.ts';
import type { Period } from './period.ts';
import { progress } from './schema.ts';

const lock = 'billing.period';
const beginning = new Date(0);

/** Keeps the open period open until the transaction ends; many may do so at once. */
export async function shareOpenPeriod(ctx: Ctx): Promise<void> {
  await query(ctx, 'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [lock]);
}

/** Usage before this instant can no longer be added. */
export async function closedUntil(ctx: Ctx): Promise<Date> {
  const [row] = await query<{ closedUntil: Date }>(
    ctx,
    'select closed_until as "closedUntil" from billing.progress where id = 1',
  );
  return row?.closedUntil ?? beginning;
}

/** Everything before this instant is on bills, so that no usage can be added to it any more. */
export async function settledUntil(ctx: Ctx): Promise<Date> {
  const [row] = await ctx.db
    .select({ settledUntil: progress.settledUntil })
    .from(progress)
    .where(eq(progress.id, 1));
  return row?.settledUntil ?? beginning;
}

/**
 * The next period to bill, null when everything before `until` is billed. What is closed and not yet billed comes
 * first, as it was closed: periods never overlap, whichever worker bills them. Otherwise it waits for those who are adding
 * usage and closes the time up to `until`.
 */
export async function nextPeriod(ctx: Ctx, until: Date): Promise<Period | null> {
  await lockName(ctx, lock);
  const [row] = await ctx.db.select().from(progress).where(eq(progress.id, 1));
  const { settledUntil, closedUntil: closed } = row ?? { settledUntil: beginning, closedUntil: beginning };
  if (settledUntil < closed) return { from: settledUntil, until: closed };
  if (closed >= until) return null;
  await ctx.db
    .insert(progress)
    .values({ id: 1, closedUntil: until, settledUntil })
    .onConflictDoUpdate({ target: progress.id, set: { closedUntil: until } });
  return { from: closed, until };
}

/** Everything before `until` is on bills. @returns false when another runner has said so already. */
export async function markSettled(ctx: Ctx, until: Date): Promise<boolean> {
  const moved = await ctx.db
    .update(progress)
    .set({ settledUntil: until })
    .where(and(eq(progress.id, 1), lt(progress.settledUntil, until)))
    .returning({ id: progress.id });
  return moved.length > 0;
}
