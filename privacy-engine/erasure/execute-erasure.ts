import type { SqlQuery } from '../find-drift.ts';
import type { Registry } from '../registry.ts';
import { changesSql } from './change-sql.ts';
import { ErasureError } from './erasure-error.ts';
import { type ErasurePlan, hashPlan, type PlannedCut } from './erasure-plan.ts';
import { type ErasureRule, erasureRules } from './erasure-rules.ts';
import { readForeignKeys } from './foreign-keys.ts';
import { planErasure, type PlanInput } from './plan-erasure.ts';
import { quotePlace, referringRows } from './plan-order.ts';
import { ruleCondition, ruleName } from './rule-rows.ts';
import { quoteName, quoteTable } from './sql-text.ts';

/**
 * Carries out a plan in the caller's transaction. The plan is made anew under the lock, and every statement must touch
 * exactly as many rows as planned; otherwise nothing may be committed.
 * @throws ErasureError `plan-changed`
 */
export async function executeErasure(input: PlanInput, plan: ErasurePlan): Promise<void> {
  const { query, registry, restrictionTable, subject } = input;
  await lockSubject(query, registry, subject);
  const now = await planErasure(input);
  if (hashPlan(now) !== hashPlan(plan)) throw planChanged('the rows of the person');
  const rules = new Map<string, ErasureRule>(
    erasureRules(registry, restrictionTable).map((rule) => [ruleName(rule), rule] as const),
  );
  if (plan.deferred.length > 0)
    await query(`set constraints ${plan.deferred.map((name) => quotePlace(name)).join(', ')} deferred`, []);
  for (const cut of plan.cuts) await carryOutCut(query, cut, [...rules.values()], subject);
  for (const { table, subjectColumn, rows } of plan.tables) {
    const rule = rules.get(`${table} by ${subjectColumn}`);
    if (rule === undefined) throw planChanged(table);
    const touched = await carryOut(query, rule, subject);
    if (touched !== rows) throw planChanged(`${table}: ${rows} rows planned, ${touched} touched`);
  }
}

/** A writer that adds rows about the person refers to one of these, and waits. */
async function lockSubject(query: SqlQuery, registry: Registry, subject: string): Promise<void> {
  for (const table of registry.tables) {
    if (table.isOfAccount || table.subjectColumn === null || table.subjectColumn !== table.keyColumn)
      continue;
    if (!table.columns.some(({ datum }) => datum !== null)) continue;
    await query(
      `select 1 from ${quoteTable(table)} where ${quoteName(table.subjectColumn)} = $1 for update`,
      [subject],
    );
  }
}

async function carryOut(query: SqlQuery, rule: ErasureRule, subject: string): Promise<number> {
  const name = quoteTable(rule.table);
  const condition = ruleCondition(rule, '$1');
  if (rule.verb === 'delete') return countTouched(query, `delete from ${name} where ${condition}`, subject);
  if (rule.verb === 'change')
    return countTouched(query, `update ${name} set ${changesSql(rule)} where ${condition}`, subject);
  const [counted] = await query(`select count(*) as rows from ${name} where ${condition}`, [subject]);
  return Number(counted?.['rows']);
}

async function countTouched(query: SqlQuery, statement: string, subject: string): Promise<number> {
  const [counted] = await query(
    `with touched as (${statement} returning 1) select count(*) as rows from touched`,
    [subject],
  );
  return Number(counted?.['rows']);
}

async function carryOutCut(
  query: SqlQuery,
  cut: PlannedCut,
  rules: readonly ErasureRule[],
  subject: string,
): Promise<void> {
  const deleting = new Map<string, ErasureRule>(
    rules
      .filter(({ verb }) => verb === 'delete')
      .map((rule) => [`${rule.table.schema}.${rule.table.name}`, rule] as const),
  );
  const reference = (await readForeignKeys(query)).find(
    ({ name, child }) => name === cut.constraint && child === cut.table,
  );
  if (reference === undefined) throw planChanged(cut.constraint);
  const update = `update ${quotePlace(cut.table)} c set ${quoteName(cut.column)} = null`;
  const own = deleting.get(cut.table);
  const others = referringRows(reference, deleting, '$1');
  const statement =
    cut.rowsOf === 'subject'
      ? `${update} where c.${quoteName(own?.subjectColumn ?? '')} = $1 and c.${quoteName(cut.column)} is not null`
      : `${update} from ${others.from} where ${others.where}`;
  const touched = await countTouched(query, statement, subject);
  if (touched !== cut.rows) throw planChanged(`${cut.table}: ${cut.rows} references planned, ${touched} cut`);
}

function planChanged(what: string): ErasureError {
  return new ErasureError('plan-changed', `Changed since the plan was made: ${what}`);
}
