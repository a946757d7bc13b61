import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Logger,
  type ParsedCronItem,
  parseCronItems,
  run,
  type Runner,
  type RunnerOptions,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import pg from 'pg';
import { surviving } from './connections.ts';
import type { Product } from '../declare/product.ts';
import type { Ctx } from './context.ts';
import { poolOf } from './db.ts';
import { queueRole, runJob } from './jobs.ts';
import type { Log } from './log.ts';
import type { CountedMetric, MetricFacts } from './metrics.ts';
import { runTransaction } from './run-transaction.ts';
import { stopLimits } from './stop-limits.ts';
import { watchRunner } from './watch-runner.ts';
import { keepWorkerPresence, type WorkerPresence } from './worker-presence.ts';

export interface JobRunner {
  /** Whether jobs are being worked on: false while the runner is started again after a failure, and once it stops. */
  isWorking(): boolean;
  /** Running jobs finish first, unless they take longer than a stop may. */
  stop(): Promise<void>;
}

export interface JobRunnerOptions {
  readonly concurrency?: number;
  /** Between two looks for jobs of workers that are gone. */
  readonly sweepEveryMs?: number;
  /** A runner whose idle workers are silent for so long is replaced. */
  readonly stuckAfterMs?: number;
}

interface StartedRunner {
  readonly runner: Runner;
  isWorking(): boolean;
  /** Resolves when the runner has ended unexpectedly, or has to be replaced. */
  readonly ended: Promise<void>;
}

const restartAfterMs = [500, 1_000, 2_000, 5_000, 10_000] as const;
const loudLevels: ReadonlySet<string> = new Set(['error', 'warning']);

const failures: MetricFacts = {
  name: 'candor_job_failures_total',
  help: 'Attempts of background jobs that failed',
  labelNames: ['job'],
};

/**
 * Works on jobs until `stop` is called. A job that throws is tried again later and longer each time; a runner that ends
 * unexpectedly or stands still, because the database was away at the wrong moment, is replaced.
 */
export async function startWorker(
  appUrl: string,
  contextFor: ContextFor,
  log: Log,
  { concurrency = 4, sweepEveryMs = 5_000, stuckAfterMs = 10_000 }: JobRunnerOptions = {},
): Promise<JobRunner> {
  // Not `openPool`: the library writes ids of jobs as JSON, which has no bigint.
  const pool = surviving(
    new pg.Pool({
      connectionString: appUrl,
      max: concurrency + 2,
      options: `-c role=${queueRole}`,
      application_name: 'candor-worker',
    }),
    log,
  );
  const presence = keepWorkerPresence(appUrl, pool, log);
  const needs: RunnerNeeds = { pool, presence, contextFor, log, concurrency, stuckAfterMs };
  const runner = await keepRunning(() => startRunner(needs), log);
  const sweeping = setInterval(() => void freeJobsOfGoneWorkers(presence, log), sweepEveryMs).unref();
  await freeJobsOfGoneWorkers(presence, log);

  async function end(): Promise<void> {
    await runner.end();
    await presence.close();
    await pool.end();
  }
  return {
    isWorking: () => runner.isWorking(),
    async stop() {
      clearInterval(sweeping);
      await Promise.race([end(), delay(stopLimits.jobsMs, undefined, { ref: false })]);
    },
  };
}

type ContextFor = (jobName: string) => Ctx;

interface RunnerNeeds {
  readonly pool: pg.Pool;
  readonly presence: WorkerPresence;
  readonly contextFor: ContextFor;
  readonly log: Log;
  readonly concurrency: number;
  readonly stuckAfterMs: number;
}

async function startRunner(needs: RunnerNeeds): Promise<StartedRunner> {
  const { pool, presence, contextFor, log, concurrency, stuckAfterMs } = needs;
  const events: WorkerEvents = new EventEmitter();
  let workerId: string | undefined;
  let isWorking = true;
  events.on('pool:create', ({ workerPool }) => {
    workerId = workerPool.id;
    void presence.announce(workerPool.id);
  });
  events.on('pool:gracefulShutdown', () => {
    isWorking = false;
  });
  events.on('pool:release', ({ workerPool }) => void presence.withdraw(workerPool.id));
  events.on('job:failed', ({ job }) =>
    log.error({ job: job.task_identifier, jobId: job.id, attempts: job.attempts }, 'job given up'),
  );
  const watch = watchRunner(events, concurrency, stuckAfterMs);
  const options: RunnerOptions = { pgPool: pool, concurrency, events, ...runnerOptions(contextFor, log) };
  const runner = await run(options).catch((error: unknown) => {
    // Started again and again while the database is away, each would leave its watch behind.
    watch.end();
    throw error;
  });
  const replaced = watch.stuck.then(async () => {
    log.error('job runner stands still, replaced');
    // It never answers; but its schedule ends, and the jobs it holds are free.
    void runner.stop().catch(() => {});
    if (workerId !== undefined) await presence.withdraw(workerId);
  });
  const over = runner.promise.catch((error: unknown) => log.error({ err: error }, 'job runner failed'));
  const ended = Promise.race([over, replaced]).finally(() => {
    isWorking = false;
    watch.end();
  });
  return { runner, ended, isWorking: () => isWorking };
}

function runnerOptions(contextFor: ContextFor, log: Log): RunnerOptions {
  const { product } = contextFor('worker');
  return {
    noHandleSignals: true,
    pollInterval: 1000,
    // Without a delay the library does not wait for what it writes about a finished job, and its failure ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: queueLogger(log),
    taskList: taskList(product, contextFor),
    parsedCronItems: cronItems(product),
  };
}

function taskList({ jobs, metrics }: Product, contextFor: ContextFor): TaskList {
  return Object.fromEntries(
    jobs.all().map((job) => [
      job.name,
      (payload: unknown) =>
        runJob(job, payload, contextFor(job.name)).catch((error: unknown) => {
          metrics.counter(failures).inc({ job: job.name });
          throw error;
        }),
    ]),
  );
}

function cronItems({ jobs }: Product): ParsedCronItem[] {
  return parseCronItems(
    jobs
      .all()
      .flatMap(({ name, cron }) =>
        cron === null
          ? []
          : [{ task: name, match: cron, identifier: name, options: { jobKey: name, backfillPeriod: 0 } }],
      ),
  );
}

function queueLogger(log: Log): Logger {
  return new Logger(() => (level, message, facts) => {
    // A job that failed has been logged with its cause.
    if (loudLevels.has(level) && facts?.['failure'] !== true) {
      log.warn({ queue: message.slice(0, 200) }, 'queue');
    }
  });
}

interface KeptRunner {
  isWorking(): boolean;
  end(): Promise<void>;
}

/** Starts a runner, and another whenever one has ended unexpectedly, until `end` is called. */
async function keepRunning(start: () => Promise<StartedRunner>, log: Log): Promise<KeptRunner> {
  const ending = new AbortController();
  let current = await start();
  const supervising = supervise();

  async function supervise(): Promise<void> {
    for (let attempt = 0; !ending.signal.aborted;) {
      await current.ended;
      await delayUnless(ending.signal, restartAfterMs[Math.min(attempt, restartAfterMs.length - 1)]);
      if (ending.signal.aborted) return;
      try {
        current = await start();
        attempt = 0;
      } catch (error) {
        attempt += 1;
        log.warn({ err: error }, 'job runner not started, trying again');
      }
    }
    // It was being started while the end began.
    await current.runner.stop().catch(() => {});
  }

  return {
    isWorking: () => current.isWorking() && !ending.signal.aborted,
    async end() {
      ending.abort();
      // A runner that has ended already refuses to be stopped.
      await current.runner.stop().catch(() => {});
      await supervising;
    },
  };
}

async function freeJobsOfGoneWorkers(presence: WorkerPresence, log: Log): Promise<void> {
  try {
    const freed = await presence.sweep();
    if (freed > 0) log.warn({ freed }, 'jobs of a worker that is gone are free again');
  } catch (error) {
    log.warn({ err: error }, 'jobs of gone workers not looked for');
  }
}

/** Waits, but not beyond the moment the signal says. */
async function delayUnless(signal: AbortSignal, ms: number | undefined): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

// Jobs that came to their last attempt wait for an operator.
export const jobsGivenUp: CountedMetric = {
  name: 'candor_jobs_given_up',
  help: 'Background jobs that failed for the last time',
  kind: 'gauge',
  labelNames: ['job'],
  count: (ctx) =>
    runTransaction(
      poolOf(ctx),
      { begin: 'begin read only', setup: `set local role ${queueRole}` },
      async (client) => {
        const { rows } = await client.query<{ job: string; count: number }>(givenUpSql);
        return new Map(rows.map(({ job, count }) => [job, count]));
      },
    ),
};

const givenUpSql = `
  select tasks.identifier as job, count(*)::int as count
  from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
  where jobs.attempts >= jobs.max_attempts and jobs.locked_at is null group by 1`;
