import { setTimeout as delay } from 'node:timers/promises';
import { and, gt, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { defaultPresence } from './gateway-presence.ts';
import { processes } from './schema.ts';

/** Gateways hear on it that they are asked to forget; those that do not, see it when they renew their lease. */
export const forgetChannel = 'gateways_forget';

const lookEveryMs = 50;
/** Until then a gateway has answered or lost its lease. */
const patienceMs = defaultPresence.leaseMs + 10_000;

/**
 * Asks every gateway that lives to end what it answers to erased persons, and waits until each of them has, or has lost
 * its lease and so answers nothing. One that starts later finds the persons erased.
 * @throws when one keeps its lease and has not answered. Calling again asks again.
 */
export async function untilGatewaysForgot(ctx: Ctx): Promise<void> {
  const askedById = await askAll(ctx);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const silent = (await findLiving(ctx, [...askedById.keys()])).filter(
      ({ id, answered }) => answered < (askedById.get(id) ?? 0),
    );
    if (silent.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`${silent.length} gateways have not forgotten whom they were asked to forget`);
    await delay(lookEveryMs);
  }
}

/** @returns by gateway, how often it was asked. */
async function askAll(ctx: Ctx): Promise<ReadonlyMap<string, number>> {
  return inTransaction(ctx, 'erasure', async (ctx) => {
    // In one order, so that two erasures cannot wait for each other.
    const living = ctx.db
      .select({ id: processes.id })
      .from(processes)
      .where(gt(processes.leaseUntil, sql`now()`))
      .orderBy(processes.id)
      .for('update');
    const asked = await ctx.db
      .update(processes)
      .set({ asked: sql`${processes.asked} + 1` })
      .where(inArray(processes.id, living))
      .returning({ id: processes.id, asked: processes.asked });
    await ctx.db.execute(sql`select pg_notify(${forgetChannel}, '')`);
    return new Map(asked.map(({ id, asked }) => [id, asked]));
  });
}

async function findLiving(
  ctx: Ctx,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly answered: number }[]> {
  if (ids.length === 0) return [];
  return inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db
      .select({ id: processes.id, answered: processes.answered })
      .from(processes)
      .where(and(inArray(processes.id, [...ids]), gt(processes.leaseUntil, sql`now()`))),
  );
}
