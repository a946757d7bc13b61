import type pg from 'pg';
import { vi } from 'vitest';
import type { Ctx } from '../kernel/context.ts';
import { createLog } from '../kernel/log.ts';
import { startWorker } from '../kernel/run-jobs.ts';
import type { Database } from './test.ts';

/**
 * Lets the server's own runner work until nothing in the queue is due; with names it adds these jobs, as the clock does,
 * and works until they are done.
 */
export async function workQueue(
  { admin, appUrl }: Database,
  system: Ctx,
  names: readonly string[] = [],
): Promise<void> {
  const worker = await startWorker(appUrl, () => system, createLog('silent'));
  try {
    for (const name of names) await admin.query('select graphile_worker.add_job($1, $2::json)', [name, '{}']);
    await vi.waitFor(() => expectNothingDue(admin, names), { timeout: 50_000, interval: 50 });
  } finally {
    await worker.stop();
  }
}

async function expectNothingDue(admin: pg.Pool, names: readonly string[]): Promise<void> {
  const { rows } = await admin.query<{ name: string; error: string | null }>(
    `select t.identifier as name, j.last_error as error from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id
     where (j.run_at <= now() or j.last_error is not null) and ($1::text[] = '{}' or t.identifier = any($1))`,
    [names],
  );
  if (rows.length > 0) throw new Error(`still in the queue: ${JSON.stringify(rows)}`);
}
