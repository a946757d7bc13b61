import { and, asc, eq, lte } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { bookGroup } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import { inSettlement } from './retry.ts';
import { holds } from './schema.ts';
import type { Transfer } from './transfer.ts';

/**
 * Gives back holds whose time has come, the oldest first. A hold that is captured or voided at the same moment is left
 * to its winner.
 */
export async function expireHolds(
  ctx: Ctx,
  { holdsPerRead = 500 }: { readonly holdsPerRead?: number } = {},
): Promise<{ expired: number }> {
  authorize(ctx, 'wallet:post');
  let expired = 0;
  for (;;) {
    const due = await listDue(ctx, holdsPerRead);
    const before = expired;
    for (const id of due) if (await expireHold(ctx, id)) expired += 1;
    // Fewer than asked for, or nothing that could be ended: the rest is for the next run.
    if (due.length < holdsPerRead || expired === before) return { expired };
  }
}

async function listDue(ctx: Ctx, holdsPerRead: number): Promise<string[]> {
  const rows = await inTransaction(ctx, 'settlement', (ctx) =>
    ctx.db
      .select({ id: holds.id })
      .from(holds)
      .where(and(eq(holds.status, 'open'), lte(holds.expiresAt, now(ctx))))
      .orderBy(asc(holds.expiresAt))
      .limit(holdsPerRead),
  );
  return rows.map(({ id }) => id);
}

async function expireHold(ctx: Ctx, holdId: string): Promise<boolean> {
  const expiry: Transfer = {
    id: `${holdId}:expired`,
    kind: 'expire',
    code: 'usage',
    holdId,
    refType: 'hold',
    refId: holdId,
  };
  return inSettlement(ctx, async (ctx) => {
    const book = await openBook(ctx, [expiry]);
    // Its owner may have extended it since it was listed. Accounts are locked before holds, as everywhere.
    const [hold] = await ctx.db
      .select({ status: holds.status, expiresAt: holds.expiresAt })
      .from(holds)
      .where(eq(holds.id, holdId))
      .for('update');
    if (hold === undefined || hold.status !== 'open' || hold.expiresAt > now(ctx)) return false;
    bookGroup(book, [expiry]);
    await writeBook(ctx, book, new Set([expiry.id]));
    return true;
  });
}
