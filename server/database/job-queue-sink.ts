import { findsResidue } from '@candor/privacy-engine';
import pg from 'pg';
import type { Sink } from '../declare/sink.ts';
import type { Ctx } from '../kernel/context.ts';
import { poolOf } from '../kernel/db.ts';
import { runTransaction } from '../kernel/run-transaction.ts';
import { queueRole } from '../kernel/jobs.ts';

/**
 * The job queue: payloads hold ids only, but an id that is gone must not wait there either, and what a library writes
 * into an undeclared queue.
 */
export const jobQueueSink: Sink = {
  name: 'job-queue',
  async erase(ctx, { userId }) {
    await onQueue(ctx, (client) =>
      client.query('delete from graphile_worker._private_jobs where strpos(payload::text, $1) > 0', [userId]),
    );
  },
  async probe(ctx, { userId }, identifiers) {
    const unmistakable = identifiers.filter(({ kind }) => kind === 'unmistakable');
    const wanted = [...unmistakable, { value: userId, kind: 'unmistakable' as const }];
    const names = new Set(identifiers.map(({ value }) => value.toLowerCase()));
    const { rows } = await onQueue(ctx, (client) =>
      client.query<{ payload: unknown; held: string }>(
        `select payload, concat_ws(' ', payload::text, last_error, key) as held from graphile_worker._private_jobs
         union all select null, queue_name from graphile_worker._private_job_queues`,
      ),
    );
    const found = rows.filter(
      ({ payload, held }) =>
        findsResidue(wanted, held) || textsOf(payload).some((text) => names.has(text.toLowerCase())),
    ).length;
    return found === 0 ? { isClean: true } : { isClean: false, found };
  },
};

/** One transaction as the role that works on the queue, which no purpose may become. */
async function onQueue<T>(ctx: Ctx, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const setup = `set local role ${pg.escapeIdentifier(queueRole)}`;
  return runTransaction(poolOf(ctx), { begin: 'begin', setup }, work);
}

/** Every text in a payload. A name may also be a word of ours, so it counts only where it is a whole value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
