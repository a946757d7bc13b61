import { openAll, sealAll } from '@candor/privacy-engine';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { leaseMs } from './limits.ts';
import { type ExportStatus, statusesBefore } from './status.ts';
import { exportChunks, exports } from './tables.ts';

export type ExportRecord = typeof exports.$inferSelect;

/** Another attempt, a cancellation or an erasure was quicker: this one must stop. */
export class ExportSupersededError extends Error {
  constructor() {
    super('the copy is no longer ours to write or to deliver');
    this.name = 'ExportSupersededError';
  }
}

/** The writer or sender of a copy: the right to go on is lost with the lease. */
export interface Holder {
  readonly exportId: string;
  readonly userId: string;
  readonly attempt: number;
  readonly status: ExportStatus;
}

/**
 * Changes a copy while the lease is held and holds it longer. Joins a transaction of the purpose `rights`.
 * @throws ExportSupersededError
 */
export async function keepHold(
  ctx: Ctx,
  holder: Holder,
  changes: Partial<Pick<ExportRecord, 'rowsDone' | 'rowsTotal' | 'chunks' | 'sizeBytes'>> = {},
): Promise<void> {
  await inTransaction(ctx, 'rights', async (ctx) => {
    const held = await ctx.db
      .update(exports)
      .set({ ...changes, leaseUntil: new Date(now(ctx).getTime() + leaseMs) })
      .where(isHeldBy(holder))
      .returning({ id: exports.id });
    if (held.length === 0) throw new ExportSupersededError();
  });
}

/** Ends a hold with another status. @throws ExportSupersededError */
export async function endHold(
  ctx: Ctx,
  holder: Holder,
  changes: Partial<ExportRecord> & { readonly status: ExportStatus },
): Promise<void> {
  if (!statusesBefore(changes.status).includes(holder.status))
    throw new Error(`a copy that is ${holder.status} cannot become ${changes.status}`);
  const ended = await ctx.db
    .update(exports)
    .set({ ...changes, leaseUntil: null })
    .where(isHeldBy(holder))
    .returning({ id: exports.id });
  if (ended.length === 0) throw new ExportSupersededError();
}

/** Writes one piece of the archive, sealed, and holds the lease longer. */
export async function writeChunk(
  ctx: Ctx,
  holder: Holder,
  piece: { readonly place: number; readonly bytes: Buffer; readonly sizeBytes: number },
): Promise<void> {
  const id = chunkId(holder.exportId, piece.place);
  const [envelope] = await sealAll(ctx.vault, [
    { type: 'bytes', value: piece.bytes, cell: cellOf(id, holder.userId) },
  ]);
  if (envelope === undefined) throw new Error('one value in, one envelope out');
  await inTransaction(ctx, 'rights', async (ctx) => {
    await keepHold(ctx, holder, { chunks: piece.place + 1, sizeBytes: piece.sizeBytes });
    const { exportId, userId } = holder;
    await ctx.db
      .insert(exportChunks)
      .values({ id, exportId, userId, place: piece.place, envelope, createdAt: now(ctx) });
  });
}

/** One piece of the archive. @throws ExportSupersededError when it is gone or its key was destroyed. */
export async function readChunk(ctx: Ctx, holder: Holder, place: number): Promise<Buffer> {
  const row = await inTransaction(ctx, 'rights', async (ctx) => {
    await keepHold(ctx, holder);
    const [found] = await ctx.db
      .select({ id: exportChunks.id, envelope: exportChunks.envelope })
      .from(exportChunks)
      .where(and(eq(exportChunks.exportId, holder.exportId), eq(exportChunks.place, place)));
    return found;
  });
  if (row === undefined) throw new ExportSupersededError();
  const cell = cellOf(chunkId(holder.exportId, place), holder.userId);
  const [bytes] = await openAll(ctx.vault, [{ type: 'bytes', envelope: row.envelope, cell }]);
  if (!Buffer.isBuffer(bytes)) throw new ExportSupersededError();
  return bytes;
}

/** Deletes the pieces of copies. Joins the caller's transaction, whatever purpose it has. */
export async function deleteChunks(ctx: Ctx, exportIds: readonly string[]): Promise<void> {
  if (exportIds.length === 0) return;
  await ctx.db.delete(exportChunks).where(inArray(exportChunks.exportId, [...exportIds]));
}

function isHeldBy({ exportId, attempt, status }: Holder) {
  return and(eq(exports.id, exportId), eq(exports.attempt, attempt), eq(exports.status, status));
}

/** Place in the id: a piece opens in its own place of its own copy only. */
function chunkId(exportId: string, place: number): string {
  return `${exportId}.${String(place).padStart(6, '0')}`;
}

function cellOf(row: string, subject: string) {
  return {
    table: 'privacy.export_chunks',
    column: 'envelope',
    row,
    subject,
    keyClass: 'content',
  } as const;
}

/** How a copy ends: one that was downloaded before is called so, whatever ends it. */
export function endedAs(status: 'expired' | 'cancelled') {
  return {
    status: sql`case when ${exports.takenAt} is null then ${status} else 'taken' end`,
    leaseUntil: null,
  };
}

/** Copies that are at work or wait to be downloaded. */
export function isUnfinished() {
  return sql`${exports.status} in ('queued', 'running', 'ready', 'delivering')`;
}
