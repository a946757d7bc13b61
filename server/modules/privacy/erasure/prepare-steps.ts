import {
  gatherIdentifiers,
  hashPlan,
  type Identifier,
  planErasure,
  type PlanInput,
} from '@candor/privacy-engine';
import { type Ctx, now } from '../../../kernel/context.ts';
import { databaseOptions } from '../../../kernel/database-options.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { raiseFence } from '../../../kernel/erasure-fence.ts';
import { sealingOf } from '../../../kernel/sealed-rows.ts';
import { closeAccess, closeAccount, findClosingFacts } from '../../identity/index.ts';
import { claimAddressedRows } from '../addressed/claim-rows.ts';
import { restrictions } from '../rights-tables.ts';
import { nextDayOf } from './coarse-time.ts';
import { livingOf } from './living.ts';
import {
  type Erasure,
  lockErasure,
  moveErasure,
  openProbeSet,
  personOf,
  sealProbeSet,
} from './erasure-store.ts';

/** `schema.table` that row policies read, and that erasure therefore leaves. */
export const { restrictionTable } = databaseOptions;

/** Shuts every door: no log-in, no key works, no waiting job goes on, and no purpose sees or writes a row. */
export async function freeze(ctx: Ctx, erasure: Erasure): Promise<void> {
  const person = personOf(erasure);
  for (const sink of ctx.product.sinks.all()) {
    // A vendor that is away must not keep a door open; it is notified again, and then the erasure does wait for it.
    await sink
      .erase(ctx, person)
      .catch((error: unknown) =>
        ctx.log.warn({ err: error, sink: sink.name }, 'a sink was not told at once'),
      );
  }
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await lockErasure(ctx, erasure.id, erasure.state);
    await raiseFence(ctx, person.userId);
    // Of a restored dump: the terms count from when the account was closed, not from when the dump was found out.
    const closedAt = erasure.closedAt ?? now(ctx);
    const mark = { kind: 'erased', createdAt: nextDayOf(closedAt) } as const;
    await ctx.db
      .insert(restrictions)
      .values({ subjectId: person.userId, ...mark })
      .onConflictDoUpdate({ target: restrictions.subjectId, set: mark });
    await closeAccess(ctx, person.userId);
    const facts = await findClosingFacts(ctx, person.userId);
    if (facts !== null && (await livingOf(ctx, facts.otherMemberIds)).length === 0)
      await closeAccount(ctx, facts.tenantId);
    await moveErasure(ctx, erasure, 'frozen', { closedAt });
  });
}

/** Writes down what will go, and what must not be found afterwards. No rows are added any more, so both stay true. */
export async function plan(ctx: Ctx, erasure: Erasure): Promise<void> {
  await claimAddressedRows(ctx, personOf(erasure).userId, { areUnprovenIncluded: true });
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await lockErasure(ctx, erasure.id, erasure.state);
    const unreadable = new Set(erasure.evidence.unreadable);
    const sealing = sealingOf(ctx);
    const gathered = await gatherIdentifiers(
      engineQuery(ctx),
      ctx.product.registry,
      restrictionTable,
      {
        ...sealing,
        onUnreadable: (cell, error) => {
          unreadable.add(`${cell.table}.${cell.column}`);
          sealing.onUnreadable?.(cell, error);
        },
      },
      personOf(erasure).userId,
    );
    // What was known before rows went in an earlier attempt is still looked for.
    const identifiers = distinct([...(await openProbeSet(ctx, erasure)), ...gathered]);
    const made = await planErasure(planInput(ctx, erasure));
    await moveErasure(ctx, erasure, 'planned', {
      plan: made,
      planHash: hashPlan(made),
      plansMade: erasure.plansMade + 1,
      evidence: { ...erasure.evidence, unreadable: [...unreadable].toSorted() },
      probeSet: await sealProbeSet(ctx, erasure.id, identifiers),
    });
  });
}

/** On the disk beside the keys before anything is destroyed: whatever dump is restored, the person stays erased. */
export async function writeLedger(ctx: Ctx, erasure: Erasure): Promise<void> {
  await ctx.vault.erasures.append({
    erasureId: erasure.id,
    subject: personOf(erasure).userId,
    at: (erasure.closedAt ?? now(ctx)).toISOString(),
    planHash: erasure.planHash ?? '',
    sealedReference: erasure.sealedReference,
  });
  await inTransaction(ctx, 'erasure', (ctx) => moveErasure(ctx, erasure, 'ledgered'));
}

export function planInput(ctx: Ctx, erasure: Pick<Erasure, 'subjectId' | 'closedAt'>): PlanInput {
  return {
    registry: ctx.product.registry,
    restrictionTable,
    query: engineQuery(ctx),
    subject: erasure.subjectId ?? '',
    closedAt: erasure.closedAt ?? now(ctx),
  };
}

function distinct(identifiers: readonly Identifier[]): Identifier[] {
  return [...new Map(identifiers.map((identifier) => [identifier.value, identifier] as const)).values()];
}
