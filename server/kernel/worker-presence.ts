import type pg from 'pg';
import { openClient } from './connections.ts';
import type { Log } from './log.ts';

export interface WorkerPresence {
  /** From now on the worker of this name lives, until this process ends or it withdraws. */
  announce(workerId: string): Promise<void>;
  /** The worker of this name has ended; what it still has locked is free for others. */
  withdraw(workerId: string): Promise<void>;
  /** Frees the jobs of workers that this and the previous call found gone. @returns how many. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

const reconnectAfterMs = 500;

/** The lock that says that a worker lives. It ends with the connection, so with the process, however that ends. */
const lockOf = `hashtextextended('candor worker ' || %, 0)`;
const isAlive = `exists (
  select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32 | objid::bigint) = ${lockOf.replace('%', 'locked_by')})`;

const findGoneSql = `
  select distinct locked_by as "workerId" from graphile_worker._private_jobs
  where locked_by is not null and not ${isAlive}`;

// A job that keeps ending its process waits longer each time, like one that fails.
const freeJobsSql = `
  update graphile_worker._private_jobs set locked_by = null, locked_at = null,
    run_at = case when attempts < 2 then run_at
      else greatest(now(), run_at) + exp(least(attempts, 10)) * interval '1 second' end
  where locked_by = any($1) and not ${isAlive}`;

const freeQueuesSql = `
  update graphile_worker._private_job_queues set locked_by = null, locked_at = null
  where locked_by = any($1) and not ${isAlive}`;

/**
 * Tells the processes that share a queue which workers live, so that the jobs of a process that was killed do not stay
 * locked. A worker is gone when two looks in a row find no lock of it: a lost connection alone is made again between.
 */
export function keepWorkerPresence(url: string, queue: pg.Pool, log: Log): WorkerPresence {
  const workerIds = new Set<string>();
  let seenGone: string[] = [];
  let isClosed = false;
  let retry: NodeJS.Timeout | null = null;
  let client: pg.Client | null = null;
  let connecting = connect();

  async function connect(): Promise<void> {
    const next = openClient(url, 'candor-worker-presence');
    next.on('error', (error) => log.warn({ err: error }, 'presence of the worker lost'));
    try {
      await next.connect();
      next.on('end', reconnectLater);
      for (const workerId of workerIds) await lock(next, workerId);
      client = next;
    } catch (error) {
      log.warn({ err: error }, 'presence of the worker not announced, trying again');
      await next.end().catch(() => {});
      reconnectLater();
    }
  }
  function reconnectLater(): void {
    client = null;
    if (isClosed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      connecting = connect();
    }, reconnectAfterMs).unref();
  }

  return {
    async announce(workerId) {
      workerIds.add(workerId);
      await connecting;
      // Where this fails the connection is lost, and the next one takes every lock.
      await (client === null ? undefined : lock(client, workerId).catch(() => {}));
    },
    async withdraw(workerId) {
      workerIds.delete(workerId);
      await client
        ?.query(`select pg_advisory_unlock(${lockOf.replace('%', '$1')})`, [workerId])
        .catch(() => {});
    },
    async sweep() {
      const { rows } = await queue.query<{ workerId: string }>(findGoneSql);
      const gone = rows.map(({ workerId }) => workerId);
      const confirmed = gone.filter((workerId) => seenGone.includes(workerId));
      seenGone = gone;
      if (confirmed.length === 0) return 0;
      const { rowCount } = await queue.query(freeJobsSql, [confirmed]);
      await queue.query(freeQueuesSql, [confirmed]);
      return rowCount ?? 0;
    },
    async close() {
      isClosed = true;
      if (retry !== null) clearTimeout(retry);
      await connecting;
      await client?.end();
    },
  };
}

async function lock(client: pg.Client, workerId: string): Promise<void> {
  await client.query(`select pg_advisory_lock_shared(${lockOf.replace('%', '$1')})`, [workerId]);
}
