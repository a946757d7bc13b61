import type { KeyClass } from '../declaration-types.ts';
import type { SqlQuery } from '../find-drift.ts';
import type { Registry } from '../registry.ts';
import { keyClasses } from '../vault/key-vault.ts';
import { termEnd } from './anchors.ts';
import type { ErasurePlan, PlannedColumn, PlannedKey, PlannedTable } from './erasure-plan.ts';
import { type ErasureRule, erasureRules } from './erasure-rules.ts';
import { planOrder } from './plan-order.ts';
import { ruleCondition, ruleName } from './rule-rows.ts';
import { quoteTable } from './sql-text.ts';

export interface PlanInput {
  readonly registry: Registry;
  /** `schema.table` that tells row policies who is erased; it is not erased itself. */
  readonly restrictionTable: string;
  /** Sees every row of the person, in the transaction in which the plan shall be true. */
  readonly query: SqlQuery;
  readonly subject: string;
  /** When the account is closed: the anchor of terms that count from there. */
  readonly closedAt: Date;
  /** Only these tables (`schema.table`), for erasing one kind of data while the account goes on. */
  readonly onlyTables?: ReadonlySet<string>;
}

/**
 * What erasing a person means here and now: registry × foreign keys × their rows. Reads by the person's index, so the
 * time it takes depends on their rows, not on those of others.
 * @throws ErasureError `impossible`, naming the constraint that stands in the way.
 */
export async function planErasure(input: PlanInput): Promise<ErasurePlan> {
  const rules = erasureRules(input.registry, input.restrictionTable).filter(
    ({ table }) => input.onlyTables?.has(`${table.schema}.${table.name}`) ?? true,
  );
  const tables = new Map<string, PlannedTable>();
  for (const rule of rules) tables.set(ruleName(rule), await planTable(input, rule));
  const { order, cuts, deferred } = await planOrder(input.query, rules, input.subject);
  return {
    registryHash: input.registry.hash,
    cuts,
    tables: order.flatMap((rule) => tables.get(ruleName(rule)) ?? []),
    deferred,
    keys: input.onlyTables === undefined ? planKeys(rules, tables) : [],
  };
}

async function planTable(input: PlanInput, rule: ErasureRule): Promise<PlannedTable> {
  const { table, subjectColumn, isShared, verb } = rule;
  const closedAt = '$2::timestamptz';
  const held = rule.columns.flatMap(({ column, fate }) =>
    fate.verb === 'hold' ? [{ column: column.name, floor: fate.floor, anchor: fate.anchor }] : [],
  );
  const ends = held.map(
    ({ floor, anchor }, at) => `max(${termEnd(table, anchor, floor.duration, closedAt)}) as end_${at}`,
  );
  const [counted] = await input.query(
    `select ${['count(*) as rows', '$2::timestamptz as closed_at', ...ends].join(', ')} from ${quoteTable(table)} where ${ruleCondition(rule, '$1')}`,
    [input.subject, input.closedAt],
  );
  const rows = Number(counted?.['rows']);
  const untilOf = new Map<string, string | null>();
  for (const [at, { column }] of held.entries()) untilOf.set(column, asInstant(counted?.[`end_${at}`]));
  const columns = rule.columns.map(({ column, fate }): PlannedColumn =>
    fate.verb === 'hold'
      ? { column: column.name, verb: 'hold', law: fate.floor.law, until: untilOf.get(column.name) ?? null }
      : { column: column.name, verb: fate.verb },
  );
  return { table: `${table.schema}.${table.name}`, subjectColumn, isShared, verb, rows, columns };
}

/** A key lives as long as the last value it sealed that a law keeps; all others are destroyed at once. */
function planKeys(rules: readonly ErasureRule[], tables: ReadonlyMap<string, PlannedTable>): PlannedKey[] {
  const heldUntil = new Map<KeyClass, string>();
  for (const rule of rules) {
    const planned = tables.get(ruleName(rule));
    for (const { column } of rule.columns) {
      const plan = planned?.columns.find((candidate) => candidate.column === column.name);
      if (column.atRest !== 'sealed' || column.datum === null || plan?.verb !== 'hold') continue;
      const { keyClass } = column.datum;
      const known = heldUntil.get(keyClass);
      if (plan.until !== null && (known === undefined || plan.until > known))
        heldUntil.set(keyClass, plan.until);
    }
  }
  return keyClasses.map((keyClass) => {
    const until = heldUntil.get(keyClass);
    return until === undefined ? { keyClass, verb: 'destroy' } : { keyClass, verb: 'hold', until };
  });
}

/** Raw statements give instants as PostgreSQL prints them, or as the driver reads them. */
function asInstant(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? new Date(value).toISOString() : null;
}
