import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isConflictOfTransactions, isConnectionLost } from './database-faults.ts';
import { allOf } from './together.ts';

/** How a transaction begins, in statements that take no parameters. */
export interface Opening {
  readonly begin: 'begin' | 'begin read only' | 'begin isolation level repeatable read read only';
  /** Who acts in it, and for whom. */
  readonly setup: string;
}

/** Long enough for the transaction in the way to end, short enough for a person who waits. */
const retryPausesMs = [10, 40, 160, 400] as const;

/**
 * One transaction on a connection of a pool, begun by the statements of `opening`. It is run again, `work` included, when another
 * transaction was in its way (a deadlock, a serialization failure) or its connection was lost, as long as nothing can
 * have been committed: what `work` does outside the database must bear repetition. A connection that cannot even roll
 * back is thrown away.
 * @param options.isRepeatable false for work that does more than read and write the database.
 */
export async function runTransaction<T>(
  pool: pg.Pool,
  opening: Opening,
  work: (client: pg.PoolClient) => Promise<T>,
  { isRepeatable = true }: { readonly isRepeatable?: boolean } = {},
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const progress: Progress = { hasSentCommit: false };
    try {
      return await runOnce(pool, opening, work, progress);
    } catch (error) {
      const pauseMs = retryPausesMs[attempt];
      if (!isRepeatable || pauseMs === undefined || !hasChangedNothing(error, progress)) throw error;
      // Two that met in a deadlock must not meet again.
      await delay(pauseMs * (0.5 + Math.random()));
    }
  }
}

interface Progress {
  hasSentCommit: boolean;
}

/** A commit that was sent and not answered may have arrived; one that PostgreSQL refused because of a conflict has not. */
function hasChangedNothing(error: unknown, { hasSentCommit }: Progress): boolean {
  return isConflictOfTransactions(error) || (!hasSentCommit && isConnectionLost(error));
}

async function runOnce<T>(
  pool: pg.Pool,
  opening: Opening,
  work: (client: pg.PoolClient) => Promise<T>,
  progress: Progress,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // The first statement of the work need not wait: where the set-up fails, or cannot even be read, PostgreSQL refuses what
    // follows, because `begin` came before it as a statement of its own.
    const [, , result] = await allOf<[unknown, unknown, T]>([
      client.query(opening.begin),
      client.query(opening.setup),
      begun(work, client),
    ]);
    progress.hasSentCommit = true;
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function begun<T>(work: (client: pg.PoolClient) => Promise<T>, client: pg.PoolClient): Promise<T> {
  return work(client);
}
