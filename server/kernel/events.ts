import type { z } from 'zod';
import type { Ctx } from './context.ts';
import { addJob, defineJob, type JobDefinition } from './jobs.ts';

/** Something that happened in one module and that modules above it may want to hear of. The payload holds ids only. */
export interface Event<Schema extends z.ZodType = z.ZodType> {
  /** `<module>.<what happened>` */
  readonly name: string;
  readonly payload: Schema;
}

/** What a module does when it hears of an event: a job of its own, retried until it has succeeded. */
export interface Subscription {
  readonly event: string;
  readonly job: JobDefinition;
}

export function defineEvent<Schema extends z.ZodType>(name: string, payload: Schema): Event<Schema> {
  return { name, payload };
}

/**
 * Declares what a module does on an event. `handle` may be called twice for one event and must survive being killed on
 * any line.
 * @param job name of the job: `<module>.<verb>`.
 */
export function subscribe<Schema extends z.ZodType>(
  event: Event<Schema>,
  job: string,
  handle: (ctx: Ctx, payload: z.output<Schema>) => Promise<void>,
): Subscription {
  return { event: event.name, job: defineJob(job, event.payload, handle) };
}

/** Adds one job per subscriber in the transaction of `ctx`, so that they hear of it exactly when it happened. */
export async function publish<Schema extends z.ZodType>(
  ctx: Ctx,
  event: Event<Schema>,
  payload: z.input<Schema>,
): Promise<void> {
  for (const { job } of ctx.product.subscriptions.get(event.name) ?? []) await addJob(ctx, job.name, payload);
}
