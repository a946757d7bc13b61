import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { lockName } from '../../kernel/db.ts';
import { progress } from './schema.ts';

const lock = 'billing.period';
const beginning = new Date(0);

/** Keeps the open period open until the transaction ends; many may do so at once. */
export async function shareOpenPeriod(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended(${lock}, 0))`);
}

/** Usage before this instant can no longer be added. */
export async function closedUntil(ctx: Ctx): Promise<Date> {
  const [row] = await ctx.db.select({ closedUntil: progress.closedUntil }).from(progress).where(eq(progress.id, 1));
  return row?.closedUntil ?? beginning;
}

/** Waits for those who are adding usage and closes the time before `until`. Answers what is closed but not yet billed. */
export async function closePeriod(ctx: Ctx, until: Date): Promise<{ settledUntil: Date; closedUntil: Date }> {
  await lockName(ctx, lock);
  const [row] = await ctx.db
    .insert(progress)
    .values({ id: 1, closedUntil: until, settledUntil: beginning })
    .onConflictDoUpdate({ target: progress.id, set: { closedUntil: sql`greatest(${progress.closedUntil}, excluded.closed_until)` } })
    .returning({ settledUntil: progress.settledUntil, closedUntil: progress.closedUntil });
  if (row === undefined) throw new Error('billing progress was not returned');
  return row;
}

/** Everything before `until` is on bills. */
export async function markSettled(ctx: Ctx, until: Date): Promise<void> {
  await ctx.db.update(progress).set({ settledUntil: sql`greatest(${progress.settledUntil}, ${until.toISOString()}::timestamptz)` }).where(eq(progress.id, 1));
}

export async function readProgress(ctx: Ctx): Promise<{ settledUntil: Date; closedUntil: Date }> {
  const [row] = await ctx.db.select({ settledUntil: progress.settledUntil, closedUntil: progress.closedUntil }).from(progress).where(eq(progress.id, 1));
  return row ?? { settledUntil: beginning, closedUntil: beginning };
}
