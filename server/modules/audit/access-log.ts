import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { fenceErased } from '../../kernel/erasure-fence.ts';
import { newId } from '../../kernel/id.ts';
import { insertMany } from '../../kernel/insert-many.ts';
import { sealRows } from '../../kernel/sealed-rows.ts';
import { accessLog } from './schema.ts';

export interface AccessLogLine {
  readonly tenantId: string | null;
  readonly userId: string | null;
  readonly ip: string;
  readonly userAgent: string;
  readonly method: string;
  /** The route's template (`/api/wallet/top-ups/:topUpId`), so that no identifier or query string is recorded. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly createdAt: Date;
}

export interface AccessLog {
  write(line: AccessLogLine): void;
  /** Writes what is buffered and stops the timer. */
  close(): Promise<void>;
}

const flushEveryMs = 500;
const maxLinesPerInsert = 500;
/** When the database is away lines wait in memory up to here; then the oldest go, and the loss is logged. */
const maxBufferedLines = 20_000;

/** Records requests in batches, so that a request does not wait for its own log line. */
export function createAccessLog(ctx: Ctx): AccessLog {
  let buffer: AccessLogLine[] = [];
  let flushing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    while (buffer.length > 0) {
      const lines = buffer.slice(0, maxLinesPerInsert);
      await inTransaction(ctx, 'security', async (ctx) => {
        const erased = await findErased(ctx, lines);
        const rows = await sealRows(
          ctx,
          accessLog,
          lines.map((line) => ({
            id: newId('access'),
            ...line,
            userId: line.userId === null || erased.has(line.userId) ? null : line.userId,
          })),
        );
        await insertMany(ctx, accessLog, rows);
      });
      buffer = buffer.slice(lines.length);
    }
  }
  function flushNow(): Promise<void> {
    flushing = flushing
      .then(flush)
      .catch((error: unknown) =>
        ctx.log.error({ err: error, waiting: buffer.length }, 'access log not written'),
      );
    return flushing;
  }
  const timer = setInterval(() => void flushNow(), flushEveryMs);
  timer.unref();

  return {
    write(line) {
      buffer.push(line);
      if (buffer.length <= maxBufferedLines) return;
      buffer = buffer.slice(-maxBufferedLines / 2);
      ctx.log.error({ kept: buffer.length }, 'access log overflowed, the oldest lines are lost');
    },
    async close() {
      clearInterval(timer);
      await flushNow();
    },
  };
}

/**
 * A request may end after its person was erased: then it has no owner. The mark says so from the freeze on; beside a
 * restored database only the destroyed key does, and one line that cannot be sealed would hold up all others.
 */
async function findErased(ctx: Ctx, lines: readonly AccessLogLine[]): Promise<ReadonlySet<string>> {
  const userIds = new Set(lines.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  const erased = new Set(await fenceErased(ctx, userIds));
  for (const userId of userIds) {
    if (!erased.has(userId) && (await ctx.vault.find(userId, 'evidence')).state === 'destroyed')
      erased.add(userId);
  }
  return erased;
}
