import { setTimeout as delay } from 'node:timers/promises';
import type { Ctx } from '../../kernel/context.ts';
import { isPassingFault } from '../../kernel/database-faults.ts';
import { inTransaction } from '../../kernel/db.ts';
import { Problem } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { bookGroup } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import { ledgerBusy } from './problems.ts';
import { isOvertaken } from './retry.ts';
import type { Transfer, TransferResult } from './transfer.ts';

export interface LedgerWriter {
  /** Books a group, all or none. Resolves after the commit; rejects with a wallet problem and then nothing is booked. */
  post(group: readonly Transfer[]): Promise<TransferResult[]>;
  /** Books what is waiting, then accepts nothing more. */
  close(): Promise<void>;
}

interface Waiting {
  readonly group: readonly Transfer[];
  readonly resolve: (results: TransferResult[]) => void;
  readonly reject: (reason: unknown) => void;
}

export interface LedgerWriterOptions {
  readonly maxTransfers?: number;
  readonly maxWaiting?: number;
  /** How long a batch may wait for company. */
  readonly lingerMs?: number;
  /** Pauses between attempts while the database is away; after the last the callers get the error. */
  readonly retryPausesMs?: readonly number[];
}

/**
 * One writer for many callers: it takes what has gathered, decides in memory under the accounts' locks and commits
 * once. A hot account then costs one row update per batch instead of one lock wait per transfer. Several writers, in
 * several processes, are safe together; one per process is the quickest.
 */
export function createLedgerWriter(ctx: Ctx, options: LedgerWriterOptions = {}): LedgerWriter {
  authorize(ctx, 'wallet:post');
  const { maxTransfers = 1000, maxWaiting = 20_000, lingerMs = 2, retryPausesMs = [50, 200, 1000] } = options;
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let isClosed = false;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      if (queue.length < maxTransfers) await delay(lingerMs);
      const batch = takeBatch(queue, maxTransfers);
      queue = queue.slice(batch.length);
      await commitBatch(ctx, batch, retryPausesMs);
    }
    running = null;
  }

  return {
    post(group) {
      if (isClosed || queue.length >= maxWaiting) return Promise.reject(ledgerBusy());
      return new Promise((resolve, reject) => {
        queue.push({ group, resolve, reject });
        running ??= run();
      });
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}

/** The first groups that together stay within the limit, at least one. */
function takeBatch(queue: readonly Waiting[], maxTransfers: number): Waiting[] {
  let transfers = 0;
  const end = queue.findIndex(({ group }) => (transfers += group.length) > maxTransfers);
  return queue.slice(0, end === -1 ? queue.length : Math.max(1, end));
}

async function commitBatch(
  ctx: Ctx,
  batch: readonly Waiting[],
  retryPausesMs: readonly number[],
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const outcomes = await inTransaction(ctx, 'settlement', (ctx) => bookBatch(ctx, batch));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (Array.isArray(outcome)) resolve(outcome);
        else reject(outcome);
      });
      return;
    } catch (error) {
      // A lost connection leaves open whether the commit arrived. The ids make asking again harmless either way.
      const pauseMs = retryPausesMs[attempt];
      const canRetry = isOvertaken(error) || isPassingFault(error);
      if (pauseMs === undefined || !canRetry) {
        ctx.log.error({ err: error, groups: batch.length }, 'ledger batch not booked');
        for (const { reject } of batch) reject(canRetry ? ledgerBusy() : error);
        return;
      }
      await delay(pauseMs);
    }
  }
}

/** A group that is not possible gets its problem as outcome and leaves the others alone. */
async function bookBatch(ctx: Ctx, batch: readonly Waiting[]): Promise<(TransferResult[] | Problem)[]> {
  const book = await openBook(
    ctx,
    batch.flatMap(({ group }) => group),
  );
  const created = new Set<string>();
  const outcomes = batch.map(({ group }) => {
    try {
      const results = bookGroup(book, group);
      for (const { id, outcome } of results) if (outcome === 'created') created.add(id);
      return results;
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
  await writeBook(ctx, book, created);
  return outcomes;
}
