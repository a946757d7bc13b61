import type { Readable } from 'node:stream';
import { and, eq, lt, or, sql } from 'drizzle-orm';
import { describeExport, describeRecipients, writeExport } from '@candor/privacy-engine';
import { clockName, clockText } from '../../../kernel/clock-text.ts';
import { asDelegate, asSystem, type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { claimAddressedRows } from '../addressed/claim-rows.ts';
import { publishPolicy } from '../policy/index.ts';
import {
  deleteChunks,
  endHold,
  type ExportRecord,
  ExportSupersededError,
  type Holder,
  keepHold,
  writeChunk,
} from './export-store.ts';
import { chunkBytes, keptMs, leaseMs, maxAttempts } from './limits.ts';
import { countExportRows, type Progress, rowReader } from './read-export-rows.ts';
import { exports } from './tables.ts';

/**
 * Writes a copy that was asked for. May be called twice and be killed anywhere: who holds the lease writes, who lost it
 * stops, and what was written before is thrown away.
 */
export async function runExport(ctx: Ctx, exportId: string): Promise<void> {
  authorize(ctx, 'privacy:write-export');
  const begunAt = now(ctx);
  const record = await claim(ctx, exportId);
  if (record === null) return;
  // PostgreSQL shows the job the rows of the requester, and no others.
  const person = asDelegate(ctx, 'export', record);
  const holder: Holder = { exportId, userId: record.userId, attempt: record.attempt, status: 'running' };
  try {
    await claimAddressedRows(ctx, record.userId, { areUnprovenIncluded: false });
    const rowsTotal = await writeArchive(person, holder, record);
    await finish(person, holder, { rowsTotal, begunAt });
  } catch (error) {
    if (error instanceof ExportSupersededError) return;
    await giveBack(person, holder);
    throw error;
  }
}

/** Takes the lease: of a copy that waits, or of one whose writer has been silent for too long. */
async function claim(ctx: Ctx, exportId: string): Promise<ExportRecord | null> {
  return inTransaction(ctx, 'casework', async (ctx) => {
    const [record] = await ctx.db
      .update(exports)
      .set({
        status: 'running',
        attempt: sql`${exports.attempt} + 1`,
        leaseUntil: new Date(now(ctx).getTime() + leaseMs),
        rowsDone: 0,
        chunks: 0,
        sizeBytes: 0,
      })
      .where(
        and(
          eq(exports.id, exportId),
          lt(exports.attempt, maxAttempts),
          or(
            eq(exports.status, 'queued'),
            and(eq(exports.status, 'running'), lt(exports.leaseUntil, now(ctx))),
          ),
        ),
      )
      .returning();
    if (record === undefined) return null;
    await deleteChunks(ctx, [exportId]);
    return record;
  });
}

/** All of it is read in one moment, however long that takes; progress is written in transactions of its own. */
async function writeArchive(person: Ctx, holder: Holder, { language }: ExportRecord): Promise<number> {
  const { registry, exportParts } = person.product;
  const policy = await publishPolicy(asSystem(person, 'export'));
  return inTransaction(
    person,
    'rights',
    async (reader) => {
      const tables = describeExport(registry, language);
      const counted = await countExportRows(reader, tables);
      await keepHold(person, holder, { rowsTotal: counted.rowsTotal, rowsDone: 0 });
      const progress: Progress = {
        report: (rowsDone) => keepHold(person, holder, { rowsDone }),
      };
      const files = [];
      for (const part of exportParts.all()) files.push(...(await part.files(person, language)));
      const archive = writeExport({
        head: {
          serviceName: 'Candor',
          generatedAt: now(person),
          subject: userOf(person),
          language,
          policy: { version: policy.version, registryHash: policy.registryHash },
          clock: { name: clockName[language], textOf: clockText },
        },
        tables,
        recipients: describeRecipients(registry, tables, language),
        readRows: rowReader(reader, counted, progress),
        files,
      });
      await store(person, holder, archive);
      return counted.rowsTotal;
    },
    { isSnapshot: true },
  );
}

async function store(ctx: Ctx, holder: Holder, archive: Readable): Promise<void> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let place = 0;
  let sizeBytes = 0;
  const flush = async () => {
    const bytes = Buffer.concat(waiting);
    sizeBytes += bytes.length;
    await writeChunk(ctx, holder, { place, bytes, sizeBytes });
    place += 1;
    waiting = [];
    waitingBytes = 0;
  };
  for await (const part of archive as AsyncIterable<Buffer>) {
    waiting.push(part);
    waitingBytes += part.length;
    if (waitingBytes >= chunkBytes) await flush();
  }
  if (waitingBytes > 0) await flush();
}

/** Its term counts from before the first piece, so that no piece is kept longer than declared. */
async function finish(
  person: Ctx,
  holder: Holder,
  { rowsTotal, begunAt }: { rowsTotal: number; begunAt: Date },
): Promise<void> {
  await inTransaction(person, 'rights', async (ctx) => {
    const finishedAt = now(ctx);
    const expiresAt = new Date(begunAt.getTime() + keptMs);
    await endHold(ctx, holder, { status: 'ready', finishedAt, expiresAt, rowsDone: rowsTotal });
    await audit(ctx, 'privacy.export_finished', { targetId: holder.exportId, subjectId: userOf(ctx) });
  });
}

/** Lets the next attempt begin at once, or says that there will be none. */
async function giveBack(person: Ctx, holder: Holder): Promise<void> {
  await inTransaction(person, 'rights', async (ctx) => {
    const isOver = holder.attempt >= maxAttempts;
    await endHold(ctx, holder, { status: isOver ? 'failed' : 'queued' });
    await deleteChunks(ctx, [holder.exportId]);
    if (isOver)
      await audit(ctx, 'privacy.export_failed', { targetId: holder.exportId, subjectId: userOf(ctx) });
  });
}
