import { and, lte, notInArray } from 'drizzle-orm';
import { z } from 'zod';
import { asSystem, type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { idSchema } from '../../../kernel/id.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { findPersonalOfOthers } from '../../../kernel/other-releases.ts';
import { authorize } from '../../../declare/permissions.ts';
import { destroyKeys, eraseRows, eraseSinks, vacuum } from './destroy-steps.ts';
import { type Erasure, ErasureMovedOnError, findErasure } from './erasure-store.ts';
import { freeze, plan, writeLedger } from './prepare-steps.ts';
import { certify, fail, probe } from './prove-steps.ts';
import { type ErasureState, isOver } from './states.ts';
import { erasures } from './tables.ts';

/** The step that leads out of a state. */
const steps: Partial<Record<ErasureState, (ctx: Ctx, erasure: Erasure) => Promise<void>>> = {
  confirmed: freeze,
  frozen: plan,
  planned: writeLedger,
  ledgered: eraseRows,
  erased: destroyKeys,
  'keys-destroyed': eraseSinks,
  'sinks-erased': vacuum,
  vacuumed: probe,
  probed: certify,
};

/**
 * Does what is left of an erasure. However often it is called and at the same time: each step is done in full or
 * again.
 * @param until stops when this state is reached, for the part that must have happened before an answer is given.
 */
export async function runErasure(ctx: Ctx, erasureId: string, until?: ErasureState): Promise<ErasureState> {
  const system = { ...asSystem(ctx, 'erasure'), requestId: ctx.requestId };
  authorize(system, 'privacy:run-erasure');
  for (;;) {
    const erasure = await inTransaction(system, 'erasure', (ctx) => findErasure(ctx, erasureId));
    if (erasure === undefined) throw new Error(`there is no erasure ${erasureId}`);
    const step = steps[erasure.state];
    if (step === undefined || erasure.state === until) return erasure.state;
    if (erasure.state !== 'confirmed' && (await isForNewerRelease(system, erasureId))) return erasure.state;
    try {
      await step(system, erasure);
    } catch (error) {
      // Another runner is quicker, and may have ended what this one was using; the next look shows how far it is.
      if (error instanceof ErasureMovedOnError) continue;
      const found = await inTransaction(system, 'erasure', (ctx) => findErasure(ctx, erasureId));
      if (found?.state === erasure.state) throw error;
    }
  }
}

/**
 * While two releases run side by side, the doors are shut by either, but what is known about a person goes only by one
 * that knows every column about persons. Another would certify what it has not looked at. The job that resumes
 * erasures is carried out by a worker of that release, at once or when it starts.
 */
async function isForNewerRelease(ctx: Ctx, erasureId: string): Promise<boolean> {
  if (ctx.maintenance === undefined) return false;
  const unknown = await findPersonalOfOthers(ctx.maintenance.look, ctx.product.registry);
  if (unknown.length > 0)
    ctx.log.warn({ erasureId, unknown }, 'an erasure waits for a release that knows these columns');
  return unknown.length > 0;
}

export const runErasureJob = defineJob(
  'privacy.erase',
  z.object({ erasureId: idSchema('erase') }),
  async (ctx, { erasureId }) => void (await runErasure(ctx, erasureId)),
);

/** Longer than a step takes; a process that was killed leaves its erasure to the next one after this. */
const silentMs = 60_000;

/** Goes on with erasures whose process was killed: a queue gives their jobs back only hours later. */
export async function resumeErasures(ctx: Ctx, silentForMs = silentMs): Promise<number> {
  authorize(ctx, 'privacy:run-erasure');
  const waiting = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db
      .select({ id: erasures.id })
      .from(erasures)
      .where(
        and(
          notInArray(erasures.state, ['certified', 'failed']),
          lte(erasures.updatedAt, new Date(now(ctx).getTime() - silentForMs)),
        ),
      ),
  );
  for (const { id } of waiting) {
    // One that cannot go on must not keep the others waiting; it is tried again, and logged each time.
    await runErasure(ctx, id).catch(async (error: unknown) => {
      ctx.log.error({ err: error, erasureId: id }, 'an erasure cannot go on');
      await failIfStuck(ctx, id);
    });
  }
  return waiting.length;
}

/** So long a step is tried again; then its failing must be seen. */
const patienceMs = 60 * 60_000;

async function failIfStuck(ctx: Ctx, erasureId: string): Promise<void> {
  const erasure = await inTransaction(ctx, 'erasure', (ctx) => findErasure(ctx, erasureId));
  if (erasure === undefined || isOver(erasure.state)) return;
  if (now(ctx).getTime() - erasure.updatedAt.getTime() < patienceMs) return;
  await fail(ctx, erasure, [{ place: `the step that follows "${erasure.state}"`, rows: 0 }]);
}

export const resumeErasuresJob = defineJob(
  'privacy.resume-erasures',
  z.object({}),
  async (ctx) => void (await resumeErasures(ctx)),
  {
    cron: '* * * * *',
  },
);
