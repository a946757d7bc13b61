import { appendLeaves, hashEntry, loadTreeState } from '@candor/privacy-engine';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { hex, lockLog, logEntryOf, logSize, nodeStore } from './log-store.ts';
import { auditEntries, logLeaves, logNodes, pendingEntries } from './schema.ts';

const entriesPerTransaction = 500;

/**
 * Gives every waiting entry its place in the log, in the order of their names. Verbs never wait for it: they leave a
 * ticket, and tickets, leaves and nodes change together, so that it may be killed anywhere and run anywhere.
 * @returns how many entries found their place.
 */
export async function sequenceLog(ctx: Ctx): Promise<number> {
  authorize(ctx, 'audit:keep-log');
  let placed = 0;
  for (;;) {
    const count = await inTransaction(ctx, 'security', sequenceSome);
    placed += count;
    if (count < entriesPerTransaction) return placed;
  }
}

async function sequenceSome(ctx: Ctx): Promise<number> {
  await lockLog(ctx);
  const waiting = await ctx.db
    .select({ entry: auditEntries })
    .from(pendingEntries)
    .innerJoin(auditEntries, eq(auditEntries.id, pendingEntries.entryId))
    .orderBy(asc(pendingEntries.entryId))
    .limit(entriesPerTransaction);
  if (waiting.length === 0) return 0;
  const size = await logSize(ctx);
  const { registry } = ctx.product;
  const leaves = waiting.map(({ entry }, index) => ({
    seq: size + index,
    entryId: entry.id,
    registryHash: registry.hash,
    leafHash: hashEntry(logEntryOf(entry, size + index, registry.hash)),
  }));
  const { nodes } = appendLeaves(
    await loadTreeState(nodeStore(ctx), size),
    leaves.map(({ leafHash }) => leafHash),
  );
  await ctx.db.insert(logLeaves).values(leaves);
  await ctx.db
    .insert(logNodes)
    .values(nodes.map(({ level, index, hash }) => ({ level, position: index, hash: hex(hash) })));
  await ctx.db.delete(pendingEntries).where(
    inArray(
      pendingEntries.entryId,
      leaves.map(({ entryId }) => entryId),
    ),
  );
  return leaves.length;
}

/** Gives a ticket to entries from before there was a log. @returns how many. */
export async function enrolOldEntries(ctx: Ctx): Promise<number> {
  authorize(ctx, 'audit:keep-log');
  return inTransaction(ctx, 'security', async (ctx) => {
    await lockLog(ctx);
    const { rowCount } = await ctx.db.execute(sql`
      insert into ${pendingEntries} (entry_id) select e.id from ${auditEntries} e
      where not exists (select 1 from ${logLeaves} l where l.entry_id = e.id)
      on conflict do nothing`);
    return rowCount ?? 0;
  });
}
