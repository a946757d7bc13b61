import { sql } from 'drizzle-orm';
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { z } from 'zod';
import type { Ctx } from './context.ts';

/** A piece of background work. The payload holds ids only: the row is the truth, the queue is a sink like any other. */
export interface Job<Payload> extends JobDefinition {
  /** Adds the job in the transaction of `ctx`, so it exists exactly when the data it works on does. */
  enqueue(ctx: Ctx, payload: Payload, options?: EnqueueOptions): Promise<void>;
}

export interface EnqueueOptions {
  readonly runAt?: Date;
  /** Only one waiting job per key; enqueueing again moves it. */
  readonly key?: string;
}

export interface JobDefinition {
  readonly name: string;
  readonly run: (ctx: Ctx, payload: unknown) => Promise<void>;
  readonly cron: string | null;
}

/**
 * A job for the `jobs` of a module. `run` may be called twice for one payload and must survive being killed on any line.
 * @param options.cron five-field crontab line (UTC) for work that starts by the clock, with an empty payload.
 */
export function defineJob<Schema extends z.ZodType>(
  name: string,
  payload: Schema,
  runJob: (ctx: Ctx, payload: z.output<Schema>) => Promise<void>,
  options: { readonly cron?: string } = {},
): Job<z.input<Schema>> {
  return {
    name,
    cron: options.cron ?? null,
    run: (ctx, raw) => runJob(ctx, payload.parse(raw)),
    enqueue: (ctx, raw, enqueueOptions) => addJob(ctx, name, raw, enqueueOptions),
  };
}

/** Adds a job by its name, in the transaction of `ctx`. */
export async function addJob(
  ctx: Ctx,
  name: string,
  payload: unknown,
  options: EnqueueOptions = {},
): Promise<void> {
  if (ctx.purpose === null) throw new Error(`job ${name} must be enqueued inside a transaction`);
  await ctx.db.execute(
    sql`select jobs.enqueue(${name}, ${JSON.stringify(payload)}::json, ${options.runAt?.toISOString() ?? null}::timestamptz, ${options.key ?? null})`,
  );
}

/** The role that works on the queue, and nothing else; the login role may become it. */
export const queueRole = 'candor_queue';

/**
 * Installs the queue. Purposes may enqueue through one function but never read the queue. Idempotent; run as owner.
 * @returns whether its schema has changed.
 */
export async function installQueue(client: pg.Client, adminUrl: string): Promise<boolean> {
  const before = await queueVersion(client);
  await runMigrations({ connectionString: adminUrl });
  return (await queueVersion(client)) !== before;
}

/** Number of the newest migration of the queue's own schema that this database has run; null before the first. */
async function queueVersion(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('graphile_worker.migrations') is not null as "isThere"`,
  );
  if (rows[0]?.isThere !== true) return null;
  const found = await client.query<{ version: number }>(
    'select max(id) as version from graphile_worker.migrations',
  );
  return found.rows[0]?.version ?? null;
}

/** SQL to run after `compileSql`: the door by which a purpose enqueues, and the role that works. */
export function queueSql(loginRole: string, purposeRoles: readonly string[]): string {
  return `
create schema if not exists jobs;
revoke all on schema jobs from public;
create or replace function jobs.enqueue(name text, payload json, run_at timestamptz, key text) returns void
language sql security definer set search_path = pg_catalog as $$
  select graphile_worker.add_job(name, payload := payload, run_at := run_at, job_key := key, max_attempts := 25);
$$;
revoke all on function jobs.enqueue(text, json, timestamptz, text) from public;
grant ${queueRole} to ${loginRole};
grant execute on all functions in schema graphile_worker to ${queueRole};
${purposeRoles.map((role) => `grant usage on schema jobs to ${role}; grant execute on function jobs.enqueue(text, json, timestamptz, text) to ${role};`).join('\n')}`;
}

/** One wide event per job. The error is rethrown without its text: the queue stores what it is given. */
export async function runJob(job: JobDefinition, payload: unknown, ctx: Ctx): Promise<void> {
  const startedAt = performance.now();
  try {
    await job.run(ctx, withoutCron(payload));
    const facts = { job: job.name, durationMs: Math.round(performance.now() - startedAt) };
    ctx.log.info({ ...facts, ...scheduleOf(payload) }, 'job done');
  } catch (error) {
    ctx.log.error(
      { job: job.name, durationMs: Math.round(performance.now() - startedAt), err: error },
      'job failed',
    );
    throw new Error(`${job.name} failed, see log ${ctx.requestId}`, { cause: error });
  }
}

/** The minute for which the clock started a job. */
function scheduleOf(payload: unknown): { scheduledFor?: string } {
  const noted = z.object({ _cron: z.object({ ts: z.iso.datetime() }) }).safeParse(payload);
  return noted.success ? { scheduledFor: noted.data._cron.ts } : {};
}

/** Jobs started by the clock get a `_cron` note from the queue that is no part of their payload. */
function withoutCron(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('_cron' in payload)) return payload;
  const { _cron: _ignored, ...rest } = payload;
  return rest;
}

/** Runs a job's handler directly: for tests and for "do it now" verbs. */
export async function runJobNow(ctx: Ctx, name: string, payload: unknown): Promise<void> {
  const job = ctx.product.jobs.find(name);
  if (job === undefined) throw new Error(`unknown job ${name}`);
  await job.run(ctx, payload);
}
