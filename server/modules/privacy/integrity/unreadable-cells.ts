import { count, desc, lt, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { newId } from '../../../kernel/id.ts';
import type { CountedMetric } from '../../../kernel/metrics.ts';
import { onUnreadableCell, type UnreadableCell } from '../../../kernel/unreadable-cells.ts';
import { authorize } from '../../../declare/permissions.ts';
import { placeTitle } from '../place-title.ts';
import { unreadableCells } from './tables.ts';

/**
 * Writes down every unreadable cell of this process, beside the transaction that met it: that one may only read, or
 * may roll back. @returns ends it, when what is under way is written.
 */
export function keepUnreadableCells(system: Ctx): () => Promise<void> {
  const ignore = onUnreadableCell((cell) => {
    const written = write(system, cell)
      // The log line is written already; the next reader of the cell tries again.
      .catch((error: unknown) => system.log.error({ err: error }, 'an unreadable cell was not written down'))
      .finally(() => writing.delete(written));
    writing.add(written);
  });
  return async () => {
    ignore();
    await Promise.all(writing);
  };
}

/** Of this process, so that its own alarms are in what it answers. */
const writing = new Set<Promise<void>>();

async function write(
  system: Ctx,
  { table, column, row: rowId, subject, code }: UnreadableCell,
): Promise<void> {
  const at = now(system);
  await inTransaction(system, 'security', async (ctx) => {
    await ctx.db
      .insert(unreadableCells)
      .values({
        id: newId('cell'),
        subjectId: subject,
        table,
        column,
        rowId,
        code,
        seen: 1,
        firstSeenAt: at,
        lastSeenAt: at,
      })
      .onConflictDoUpdate({
        target: [unreadableCells.table, unreadableCells.column, unreadableCells.rowId],
        set: { seen: sql`${unreadableCells.seen} + 1`, lastSeenAt: at, code },
      });
  });
}

/** Places for an operator to look at: which table, column and row. No value, and no name of a person. */
export async function listUnreadableCells(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'privacy:watch-integrity');
  await Promise.all(writing);
  return inTransaction(ctx, 'security', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: unreadableCells.id,
        table: unreadableCells.table,
        column: unreadableCells.column,
        rowId: unreadableCells.rowId,
        code: unreadableCells.code,
        seen: unreadableCells.seen,
        firstSeenAt: unreadableCells.firstSeenAt,
        lastSeenAt: unreadableCells.lastSeenAt,
      })
      .from(unreadableCells)
      .where(query.cursor === undefined ? undefined : lt(unreadableCells.id, query.cursor))
      .orderBy(desc(unreadableCells.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return {
      items: items.map((row) => ({ ...row, title: placeTitle(ctx, `${row.table}.${row.column}`) })),
      nextCursor,
    };
  });
}

export const unreadableCellsMetric: CountedMetric = {
  name: 'candor_privacy_unreadable_cells',
  help: 'Sealed cells that could not be read although their key was not destroyed',
  kind: 'gauge',
  count: async (ctx) => {
    await Promise.all(writing);
    return inTransaction(ctx, 'security', async (ctx) => {
      const [row] = await ctx.db.select({ cells: count() }).from(unreadableCells);
      return row?.cells ?? 0;
    });
  },
};
