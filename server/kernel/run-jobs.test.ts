import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { openAdmin } from '../testing/open-admin.ts';
import { contextWith, type Database, test } from '../testing/test.ts';
import { systemClock } from './clock.ts';
import { asSystem, type Ctx } from './context.ts';
import { inTransaction } from './db.ts';
import { defineJob, type Job, type JobDefinition } from './jobs.ts';
import { createLog } from './log.ts';
import { type JobRunnerOptions, startWorker } from './run-jobs.ts';
import { keepWorkerPresence } from './worker-presence.ts';

interface QueuedJob {
  readonly id: string;
  readonly attempts: number;
  readonly isLocked: boolean;
  readonly error: string | null;
  readonly waitsSeconds: number;
}

/** A real runner on the database of the test file, and everything it logs. */
async function startRunner(
  database: Database,
  jobs: readonly JobDefinition[],
  options: JobRunnerOptions = {},
) {
  for (const job of [easy, ...jobs]) database.product.jobs.add(job);
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const contextFor = (name: string): Ctx => ({
    ...contextWith(database, systemClock, { kind: 'system', name }, null),
    log,
  });
  const worker = await startWorker(database.appUrl, contextFor, log, options);
  onTestFinished(() => worker.stop());
  return { worker, lines, messages: (message: string) => lines.filter(({ msg }) => msg === message) };
}

async function addRawJob(database: Database, name: string, payload: string, maxAttempts = 25): Promise<void> {
  await database.admin.query('select graphile_worker.add_job($1, $2::json, max_attempts := $3)', [
    name,
    payload,
    maxAttempts,
  ]);
}

async function queued(database: Database, name: string): Promise<QueuedJob[]> {
  const { rows } = await database.admin.query<QueuedJob>(
    `select jobs.id::text as id, attempts, locked_by is not null as "isLocked", last_error as error,
       extract(epoch from run_at - now())::float as "waitsSeconds"
     from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
     where tasks.identifier = $1`,
    [name],
  );
  return rows;
}

async function untilFailed(database: Database, name: string): Promise<QueuedJob> {
  return vi.waitFor(async () => {
    const [job] = await queued(database, name);
    if (job === undefined || job.error === null || job.isLocked)
      throw new Error(`${name} has not failed yet`);
    return job;
  }, 30_000);
}

/** Waits until a job that is enqueued now has run, so the runner lives. */
async function proveWorking(ctx: Ctx, job: Job<Record<string, never>>, ran: () => number): Promise<void> {
  const before = ran();
  await inTransaction(ctx, 'account', (ctx) => job.enqueue(ctx, {}));
  await vi.waitFor(() => expect(ran()).toBeGreaterThan(before), 30_000);
}

const fixture = join(import.meta.dirname, 'hold-jobs.fixture.ts');
let easyRuns = 0;
const easy = defineJob('test.easy', z.object({}), async () => void (easyRuns += 1));

test('a job whose payload is unknown fails, is logged once and tried again later, and the runner goes on', async ({
  ctx,
  database,
  app: _definesJobs,
}) => {
  const { lines, messages } = await startRunner(database, []);
  await addRawJob(database, 'wallet.check-top-up', '{"topUpId":"x"}');
  const job = await untilFailed(database, 'wallet.check-top-up');
  expect(job.attempts).toBe(1);
  expect(job.waitsSeconds).toBeGreaterThan(0);
  await proveWorking(ctx, easy, () => easyRuns);
  expect(messages('job failed')).toHaveLength(1);
  expect(lines.filter(({ msg }) => msg === 'queue')).toEqual([]);
});

test('a job that loses its connection is tried again later, and the runner goes on', async ({
  ctx,
  database,
}) => {
  const losing = defineJob('test.loses-connection', z.object({}), async (ctx) => {
    await inTransaction(ctx, 'account', async (ctx) => {
      const { rows } = await ctx.db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await database.admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await ctx.db.execute(sql`select 1`);
    });
  });
  const { messages } = await startRunner(database, [losing]);
  await inTransaction(ctx, 'account', (ctx) => losing.enqueue(ctx, {}));
  expect((await untilFailed(database, losing.name)).attempts).toBe(1);
  await proveWorking(ctx, easy, () => easyRuns);
  expect(messages('job failed')).toHaveLength(1);
});

test('a job during which every connection of the queue is lost does not end the process, and is not lost', async ({
  ctx,
  database,
}) => {
  let runs = 0;
  const interrupted = defineJob('test.queue-lost', z.object({}), async () => {
    runs += 1;
    if (runs > 1) return;
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'candor-worker%'`,
    );
  });
  const { worker } = await startRunner(database, [interrupted], { sweepEveryMs: 100 });
  await inTransaction(ctx, 'account', (ctx) => interrupted.enqueue(ctx, {}));
  await vi.waitFor(async () => expect(await queued(database, interrupted.name)).toEqual([]), 30_000);
  await proveWorking(ctx, easy, () => easyRuns);
  expect(worker.isWorking()).toBe(true);
});

test('a runner that stands still, because several jobs could not be written down as failed, is replaced', async ({
  ctx,
  database,
}) => {
  let runs = 0;
  const letEnd: (() => void)[] = [];
  const failing = defineJob(
    'test.fails-while-away',
    z.object({ number: z.int() }),
    async (_ctx, { number }) => {
      runs += 1;
      if (runs > 3) return;
      await new Promise<void>((resolve) => (letEnd[number] = resolve));
      if (number < 2) throw new Error('the database is away');
    },
  );
  const { worker, lines, messages } = await startRunner(database, [failing], {
    sweepEveryMs: 100,
    stuckAfterMs: 1_500,
  });
  for (const number of [0, 1, 2])
    await inTransaction(ctx, 'account', (ctx) => failing.enqueue(ctx, { number }));
  await vi.waitFor(() => expect(runs).toBe(3), 30_000);

  const url = new URL(database.adminUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const outside = openAdmin(url.toString());
  const openDoor = () => outside.query(`alter database ${name} with allow_connections true`);
  onTestFinished(async () => {
    await openDoor();
    await outside.end();
  });
  await outside.query(`alter database ${name} with allow_connections false`);
  await outside.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = $1 and application_name like 'candor-worker%'`,
    [name],
  );
  const unwritten = () => lines.filter(({ queue }) => String(queue).startsWith('Failed to fail jobs'));
  for (const number of [0, 1]) {
    letEnd[number]?.();
    await vi.waitFor(() => expect(unwritten()).toHaveLength(number + 1), 30_000);
  }
  letEnd[2]?.();
  expect(worker.isWorking()).toBe(false);
  await openDoor();

  await proveWorking(ctx, easy, () => easyRuns);
  await vi.waitFor(async () => expect(await queued(database, failing.name)).toEqual([]), 30_000);
  // The third may have been written down as done just before the connections were lost.
  expect(runs).toBeGreaterThanOrEqual(5);
  expect(worker.isWorking()).toBe(true);
  expect(messages('job runner stands still, replaced')).toHaveLength(1);
});

test('a job that fails for the last time is an error in the log and a number among the metrics', async ({
  anonymous: ctx,
  database,
}) => {
  const hopeless = defineJob('test.hopeless', z.object({}), async () => {
    throw new Error('never');
  });
  const { messages } = await startRunner(database, [hopeless]);
  await addRawJob(database, hopeless.name, '{}', 1);
  await untilFailed(database, hopeless.name);
  expect(messages('job given up')).toMatchObject([{ level: 50, job: hopeless.name, attempts: 1 }]);
  await ctx.product.metrics.refresh(asSystem(ctx, 'metrics'));
  const metrics = await ctx.product.metrics.registry.metrics();
  expect(metrics).toContain('candor_jobs_given_up{job="test.hopeless"} 1');
  expect(metrics).toContain('candor_job_failures_total{job="test.hopeless"} 1');
});

/** The connections by which living workers are known, of any process. */
async function presences(database: Database): Promise<number> {
  const { rows } = await database.admin.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'candor-worker-presence'`,
  );
  return rows[0]?.count ?? 0;
}

test('jobs of a killed process are free again, those of a living process stay its own', async ({
  ctx,
  database,
}) => {
  const holder = spawn(process.execPath, ['--import', 'tsx', fixture, database.appUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const held = defineJob('test.held', z.object({}), async () => {});
  await inTransaction(ctx, 'account', (ctx) => held.enqueue(ctx, {}));
  await once(holder.stdout, 'data');
  const neighbour = keepWorkerPresence(database.appUrl, database.admin, createLog('silent'));
  onTestFinished(() => neighbour.close());
  for (let look = 0; look < 3; look += 1) expect(await neighbour.sweep()).toBe(0);
  expect(await queued(database, held.name)).toMatchObject([{ isLocked: true, attempts: 1 }]);

  await vi.waitFor(async () => expect(await presences(database)).toBe(2), 30_000);
  holder.kill('SIGKILL');
  await vi.waitFor(async () => expect(await presences(database)).toBe(1), 30_000);
  expect(await neighbour.sweep()).toBe(0);
  expect(await queued(database, held.name)).toMatchObject([{ isLocked: true }]);
  expect(await neighbour.sweep()).toBe(1);
  const { worker } = await startRunner(database, [held]);
  await vi.waitFor(async () => expect(await queued(database, held.name)).toEqual([]), 30_000);
  expect(worker.isWorking()).toBe(true);
});

test('a job that was locked by a process killed earlier is done by the next one', async ({
  ctx,
  database,
}) => {
  let runs = 0;
  const left = defineJob('test.left', z.object({}), async () => void (runs += 1));
  await inTransaction(ctx, 'account', (ctx) => left.enqueue(ctx, {}));
  await database.admin.query(
    `update graphile_worker._private_jobs set locked_by = 'pool-of-the-dead', locked_at = now(), attempts = 1`,
  );
  const { messages } = await startRunner(database, [left], { sweepEveryMs: 50 });
  await vi.waitFor(() => expect(runs).toBe(1), 30_000);
  expect(messages('jobs of a worker that is gone are free again')).toHaveLength(1);
});
