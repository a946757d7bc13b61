import { ErasureError, type ErasurePlan, executeErasure } from '@candor/privacy-engine';
import { and, eq, isNull } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { audit, endWithProof } from '../../audit/index.ts';
import { unlinkConsents } from '../consent/index.ts';
import { type Erasure, lockErasure, moveErasure, personOf } from './erasure-store.ts';
import { planInput } from './prepare-steps.ts';
import { erasures, erasureSinks, type KeyEvidence } from './tables.ts';

/** A person or a program keeps adding rows about the person; more attempts would not help. */
const mostPlans = 12;

/**
 * All rows in one transaction, exactly as planned. What was added meanwhile by a writer that may still add (a charge that was
 * under way) makes the plan untrue: then nothing is destroyed, and a new one is made.
 */
export async function eraseRows(ctx: Ctx, erasure: Erasure): Promise<void> {
  try {
    await inTransaction(ctx, 'erasure', async (ctx) => {
      const locked = await lockErasure(ctx, erasure.id, erasure.state);
      await endWithProof(ctx, personOf(locked).userId, () =>
        executeErasure(planInput(ctx, locked), planOf(locked)),
      );
      const sinks = ctx.product.sinks.all().map(({ name }) => ({ erasureId: erasure.id, sink: name }));
      if (sinks.length > 0) {
        await ctx.db
          .insert(erasureSinks)
          .values(sinks)
          .onConflictDoUpdate({
            target: [erasureSinks.erasureId, erasureSinks.sink],
            set: { erasedAt: null, probedAt: null },
          });
      }
      await audit(ctx, 'privacy.rows_erased', {
        targetId: erasure.id,
        subjectId: erasure.id,
        details: { planHash: locked.planHash ?? '' },
      });
      await moveErasure(ctx, erasure, 'erased');
    });
  } catch (error) {
    if (!(error instanceof ErasureError) || error.code !== 'plan-changed' || erasure.plansMade >= mostPlans)
      throw error;
    ctx.log.info({ erasureId: erasure.id }, 'erasure is planned anew');
    await inTransaction(ctx, 'erasure', (ctx) => moveErasure(ctx, erasure, 'frozen'));
  }
}

/**
 * In a transaction of its own: rows that one transaction wrote carry its number, and would be found beside each other.
 */
async function cutConsents(ctx: Ctx, erasure: Erasure): Promise<Erasure> {
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const locked = await lockErasure(ctx, erasure.id, erasure.state);
    const unlinked = await unlinkConsents(ctx, personOf(locked).userId);
    const evidence = {
      ...locked.evidence,
      consentsUnlinked: (locked.evidence.consentsUnlinked ?? 0) + unlinked,
    };
    await ctx.db.update(erasures).set({ evidence }).where(eq(erasures.id, erasure.id));
    return { ...locked, evidence };
  });
}

/** Afterwards what the rows held cannot be read: not in a backup, not in the log of the database, not on a disk. */
export async function destroyKeys(ctx: Ctx, found: Erasure): Promise<void> {
  const erasure = await cutConsents(ctx, found);
  const { userId } = personOf(erasure);
  const planned = planOf(erasure).keys;
  const keys: KeyEvidence[] = [];
  for (const { keyClass, verb } of planned) {
    if (verb === 'destroy') keys.push({ keyClass, proof: await ctx.vault.destroy(userId, keyClass) });
  }
  // Nothing is held under any key: then no key of the person can ever be made again, of no class.
  if (planned.every(({ verb }) => verb === 'destroy')) await ctx.vault.destroy(userId, 'all');
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await audit(ctx, 'privacy.keys_destroyed', {
      targetId: erasure.id,
      subjectId: erasure.id,
      details: { keyClasses: keys.length },
    });
    await moveErasure(ctx, erasure, 'keys-destroyed', { evidence: { ...erasure.evidence, keys } });
  });
}

/** Notifies every place outside the tables, one after the other; a notified place is not notified again. */
export async function eraseSinks(ctx: Ctx, erasure: Erasure): Promise<void> {
  const person = personOf(erasure);
  const waiting = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db
      .select({ sink: erasureSinks.sink })
      .from(erasureSinks)
      .where(and(eq(erasureSinks.erasureId, erasure.id), isNull(erasureSinks.erasedAt))),
  );
  const byName = new Map(ctx.product.sinks.all().map((sink) => [sink.name, sink] as const));
  for (const { sink } of waiting) {
    // A sink that existed when the rows went and is unknown now cannot be notified: that is not the same as done.
    const known = byName.get(sink);
    if (known === undefined) throw new Error(`the sink ${sink} is no longer known`);
    await known.erase(ctx, person);
    await inTransaction(ctx, 'erasure', async (ctx) => {
      await ctx.db
        .update(erasureSinks)
        .set({ erasedAt: now(ctx) })
        .where(and(eq(erasureSinks.erasureId, erasure.id), eq(erasureSinks.sink, sink)));
    });
  }
  await inTransaction(ctx, 'erasure', (ctx) => moveErasure(ctx, erasure, 'sinks-erased'));
}

/** Gives the space of deleted rows back, so that their bytes are written over, and renews what PostgreSQL remembers. */
export async function vacuum(ctx: Ctx, erasure: Erasure): Promise<void> {
  const tables = touchedTables(planOf(erasure));
  const evidence =
    ctx.maintenance === undefined
      ? { skipped: 'no connection of the owner of the database; autovacuum does it later' }
      : (await ctx.maintenance.vacuum(tables), { at: now(ctx).toISOString(), tables: tables.length });
  await inTransaction(ctx, 'erasure', (ctx) =>
    moveErasure(ctx, erasure, 'vacuumed', { evidence: { ...erasure.evidence, vacuum: evidence } }),
  );
}

function touchedTables(plan: ErasurePlan): string[] {
  const changed = plan.tables.filter(({ verb, rows }) => verb !== 'keep' && rows > 0);
  return [...new Set([...changed, ...plan.cuts].map(({ table }) => table))];
}

export function planOf(erasure: Erasure): ErasurePlan {
  if (erasure.plan === null) throw new Error(`erasure ${erasure.id} has no plan`);
  return erasure.plan;
}
