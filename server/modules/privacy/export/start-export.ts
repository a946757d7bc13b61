import { and, count, desc, eq, gt } from 'drizzle-orm';
import { type Ctx, now, tenantOf, userOf } from '../../../kernel/context.ts';
import { inTransaction, lockName } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import { tooManyRequests } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { confirmIdentity, type Proof } from '../../identity/index.ts';
import { deleteChunks, endedAs, type ExportRecord, isUnfinished } from './export-store.ts';
import { writeExportJob } from './jobs.ts';
import { leaseMs, maxPerDay } from './limits.ts';
import { exports } from './tables.ts';

export interface StartExport {
  readonly language: 'zh' | 'en';
  readonly proof: Proof;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Asks for a copy of everything held about the person (DRUN-7.5, PIPL 45). While one is being written that one is the
 * answer; a finished or stuck one makes way for the new one.
 */
export async function startExport(ctx: Ctx, input: StartExport): Promise<ExportRecord> {
  authorize(ctx, 'privacy:export-self');
  await confirmIdentity(ctx, input.proof);
  return inTransaction(ctx, 'rights', async (ctx) => {
    await lockName(ctx, `copies of ${userOf(ctx)}`);
    const before = await findUnfinished(ctx);
    if (before !== undefined && isAlive(ctx, before)) return before;
    if (before !== undefined) await replace(ctx, before);
    await requireRoom(ctx);
    const record: ExportRecord = {
      id: newId('export'),
      tenantId: tenantOf(ctx),
      userId: userOf(ctx),
      status: 'queued',
      language: input.language,
      attempt: 0,
      leaseUntil: null,
      rowsTotal: null,
      rowsDone: 0,
      chunks: 0,
      sizeBytes: 0,
      finishedAt: null,
      expiresAt: null,
      createdAt: now(ctx),
      takenAt: null,
    };
    await ctx.db.insert(exports).values(record);
    await audit(ctx, 'privacy.export_started', {
      targetId: record.id,
      subjectId: userOf(ctx),
      details: { language: input.language },
    });
    await writeExportJob.enqueue(ctx, { exportId: record.id }, { key: record.id });
    return record;
  });
}

async function findUnfinished(ctx: Ctx): Promise<ExportRecord | undefined> {
  const [record] = await ctx.db
    .select()
    .from(exports)
    .where(and(eq(exports.userId, userOf(ctx)), isUnfinished()))
    .orderBy(desc(exports.id))
    .limit(1);
  return record;
}

/** Being written by a worker whose lease is alive, or about to be. */
function isAlive(ctx: Ctx, { status, leaseUntil, createdAt }: ExportRecord): boolean {
  if (status === 'running') return leaseUntil !== null && leaseUntil > now(ctx);
  return status === 'queued' && createdAt.getTime() + leaseMs > now(ctx).getTime();
}

async function replace(ctx: Ctx, record: ExportRecord): Promise<void> {
  await ctx.db.update(exports).set(endedAs('cancelled')).where(eq(exports.id, record.id));
  await deleteChunks(ctx, [record.id]);
  await audit(ctx, 'privacy.export_replaced', { targetId: record.id, subjectId: userOf(ctx) });
}

/** @throws `kernel.too_many_requests` */
async function requireRoom(ctx: Ctx): Promise<void> {
  const since = new Date(now(ctx).getTime() - dayMs);
  const [counted] = await ctx.db
    .select({ copies: count() })
    .from(exports)
    .where(and(eq(exports.userId, userOf(ctx)), gt(exports.createdAt, since)));
  if ((counted?.copies ?? 0) >= maxPerDay) throw tooManyRequests({ retryAfterSeconds: dayMs / 1000 });
}
