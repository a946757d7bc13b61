import { and, eq, gt, sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { endHold, type ExportRecord, type Holder, readChunk } from './export-store.ts';
import { keptAfterDownloadMs, leaseMs } from './limits.ts';
import { findOwn } from './list-exports.ts';
import { exportDelivering, exportGone, exportNotReady } from './problems.ts';
import { exports } from './tables.ts';

export interface Delivery {
  readonly sizeBytes: number;
  /** The archive. A download that breaks off may be repeated, also one that seemed whole from here. */
  readonly pieces: AsyncGenerator<Buffer>;
}

/**
 * Hands the copy to the person. Once it has been handed over whole it stays for another quarter of an hour.
 * @throws `privacy.export_not_ready`, `privacy.export_delivering`, `privacy.export_gone`
 */
export async function deliverExport(ctx: Ctx, input: { exportId: string }): Promise<Delivery> {
  authorize(ctx, 'privacy:export-self');
  // Without the key the pieces are nothing but noise.
  if ((await ctx.vault.find(userOf(ctx), 'content')).state === 'destroyed') throw exportGone();
  const record = await inTransaction(ctx, 'rights', async (ctx) => {
    const [taken] = await ctx.db
      .update(exports)
      .set({
        status: 'delivering',
        attempt: sql`${exports.attempt} + 1`,
        leaseUntil: new Date(now(ctx).getTime() + leaseMs),
      })
      .where(
        and(eq(exports.id, input.exportId), eq(exports.status, 'ready'), gt(exports.expiresAt, now(ctx))),
      )
      .returning();
    if (taken !== undefined) return taken;
    const { status } = await findOwn(ctx, input.exportId);
    if (status === 'delivering') throw exportDelivering();
    throw ['queued', 'running'].includes(status) ? exportNotReady() : exportGone();
  });
  return { sizeBytes: record.sizeBytes, pieces: piecesOf(ctx, record) };
}

async function* piecesOf(ctx: Ctx, record: ExportRecord): AsyncGenerator<Buffer> {
  const { id: exportId, userId, attempt, chunks } = record;
  const holder: Holder = { exportId, userId, attempt, status: 'delivering' };
  let isWhole = false;
  try {
    for (let place = 0; place < chunks; place += 1) yield await readChunk(ctx, holder, place);
    isWhole = true;
  } finally {
    await (isWhole ? take(ctx, holder, record) : putBack(ctx, holder));
  }
}

async function take(ctx: Ctx, holder: Holder, { takenAt, expiresAt }: ExportRecord): Promise<void> {
  const at = now(ctx);
  const soonest = Math.min(at.getTime() + keptAfterDownloadMs, expiresAt?.getTime() ?? Infinity);
  // A second download does not make it stay longer.
  const changes = takenAt === null ? { takenAt: at, expiresAt: new Date(soonest) } : {};
  await inTransaction(ctx, 'rights', async (ctx) => {
    await endHold(ctx, holder, { status: 'ready', ...changes });
    await audit(ctx, 'privacy.export_taken', { targetId: holder.exportId, subjectId: userOf(ctx) });
  });
}

async function putBack(ctx: Ctx, holder: Holder): Promise<void> {
  await inTransaction(ctx, 'rights', async (ctx) => endHold(ctx, holder, { status: 'ready' }));
}
