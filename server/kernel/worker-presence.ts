import type pg from 'pg';
import { isHeldSql, openHeldLocks } from './held-locks.ts';
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

const lockPrefix = 'candor worker ';
const isAlive = isHeldSql(`'${lockPrefix}' || locked_by`);

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
  const locks = openHeldLocks(url, 'candor-worker-presence', log);
  let seenGone: string[] = [];
  return {
    announce: (workerId) => locks.hold(lockPrefix + workerId),
    withdraw: (workerId) => locks.release(lockPrefix + workerId),
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
    close: () => locks.close(),
  };
}
