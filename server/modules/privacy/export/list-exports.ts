import { and, desc, eq, lt } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { deleteChunks, endedAs, type ExportRecord, isUnfinished } from './export-store.ts';
import { exports } from './tables.ts';

/** The person's copies, newest first. */
export async function listExports(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'privacy:export-self');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(exports)
      .where(
        and(
          eq(exports.userId, userOf(ctx)),
          query.cursor === undefined ? undefined : lt(exports.id, query.cursor),
        ),
      )
      .orderBy(desc(exports.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return { items: items.map((record) => viewOf(ctx, record)), nextCursor };
  });
}

/** One copy and how far it is. @throws `kernel.not_found` also for another person's */
export async function getExport(ctx: Ctx, input: { exportId: string }): Promise<ExportView> {
  authorize(ctx, 'privacy:export-self');
  return inTransaction(ctx, 'rights', async (ctx) => viewOf(ctx, await findOwn(ctx, input.exportId)));
}

/** Stops and deletes a copy; one that is over already stays so. */
export async function cancelExport(ctx: Ctx, input: { exportId: string }): Promise<void> {
  authorize(ctx, 'privacy:export-self');
  await inTransaction(ctx, 'rights', async (ctx) => {
    const { id } = await findOwn(ctx, input.exportId);
    const cancelled = await ctx.db
      .update(exports)
      .set(endedAs('cancelled'))
      .where(and(eq(exports.id, id), isUnfinished()))
      .returning({ id: exports.id });
    if (cancelled.length === 0) return;
    await deleteChunks(ctx, [id]);
    await audit(ctx, 'privacy.export_cancelled', { targetId: id, subjectId: userOf(ctx) });
  });
}

/** Joins the caller's transaction. */
export async function findOwn(ctx: Ctx, exportId: string): Promise<ExportRecord> {
  const [record] = await ctx.db
    .select()
    .from(exports)
    .where(and(eq(exports.id, exportId), eq(exports.userId, userOf(ctx))));
  if (record === undefined) throw notFound();
  return record;
}

export interface ExportView {
  readonly id: string;
  readonly status: ExportRecord['status'];
  readonly language: 'zh' | 'en';
  readonly rowsDone: number;
  /** Null until they are counted. */
  readonly rowsTotal: number | null;
  readonly sizeBytes: number | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** When it was first handed over whole. */
  readonly takenAt: Date | null;
  readonly expiresAt: Date | null;
  /** Address of the file, usable by this person only and until `expiresAt`; null unless it is ready. */
  readonly downloadUrl: string | null;
}

export function viewOf(ctx: Ctx, record: ExportRecord): ExportView {
  const { id, language, rowsDone, rowsTotal, createdAt, finishedAt, takenAt, expiresAt } = record;
  const isTooOld = record.status === 'ready' && expiresAt !== null && expiresAt <= now(ctx);
  const ended = takenAt === null ? 'expired' : 'taken';
  const status = isTooOld ? ended : record.status;
  return {
    id,
    status,
    language,
    rowsDone,
    rowsTotal,
    sizeBytes: finishedAt === null ? null : record.sizeBytes,
    createdAt,
    finishedAt,
    takenAt,
    expiresAt,
    downloadUrl: status === 'ready' ? `/api/privacy/exports/${id}/file` : null,
  };
}
