import {
  executeErasure,
  type Language,
  planErasure,
  type PlanInput,
  type TableEntry,
} from '@candor/privacy-engine';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { planInput } from './prepare-steps.ts';
import { notDeletable } from './problems.ts';

export interface DeletableKind {
  /** `schema.table` */
  readonly kind: string;
  readonly title: string;
  readonly rows: number;
}

/** What a person may delete while the account goes on, and how much of it there is. */
export async function listDeletableKinds(ctx: Ctx, language: Language): Promise<DeletableKind[]> {
  authorize(ctx, 'privacy:erase-self');
  const kinds = deletableTables(ctx);
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const plan = await planErasure(kindInput(ctx, [...kinds.keys()]));
    return plan.tables.map(({ table, rows }) => ({
      kind: table,
      title: kinds.get(table)?.rule.title?.[language] ?? table,
      rows,
    }));
  });
}

/** Deletes one kind of data of the person who asks, with the verbs of an erasure. @throws `privacy.not_deletable` */
export async function eraseKind(
  ctx: Ctx,
  kind: string,
): Promise<{ readonly kind: string; readonly rows: number }> {
  authorize(ctx, 'privacy:erase-self');
  const kinds = deletableTables(ctx);
  if (!kinds.has(kind)) throw notDeletable({ deletable: [...kinds.keys()].join(', ') });
  const erased = await inTransaction(ctx, 'erasure', async (ctx) => {
    const input = kindInput(ctx, [kind]);
    const plan = await planErasure(input);
    await executeErasure(input, plan);
    const rows = plan.tables.reduce((sum, table) => sum + table.rows, 0);
    await audit(ctx, 'privacy.kind_erased', {
      targetId: userOf(ctx),
      subjectId: userOf(ctx),
      details: { kind, rows },
    });
    return { kind, rows };
  });
  // Copies outside the tables: asking twice does no harm, and a cache expires should this fail.
  for (const sink of ctx.product.sinks.all())
    await sink.erase(ctx, { userId: userOf(ctx), tenantId: ctx.tenantId });
  return erased;
}

function kindInput(ctx: Ctx, kinds: readonly string[]): PlanInput {
  const person = { subjectId: userOf(ctx), closedAt: now(ctx) };
  return { ...planInput(ctx, person), onlyTables: new Set(kinds) };
}

function deletableTables(ctx: Ctx) {
  return new Map<string, TableEntry>(
    ctx.product.registry.tables
      .filter(({ rule }) => rule.deletable === true)
      .map((table) => [`${table.schema}.${table.name}`, table] as const),
  );
}
