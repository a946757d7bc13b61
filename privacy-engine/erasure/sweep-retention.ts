import { isOwnSql } from '../account-of.ts';
import type { SqlQuery } from '../find-drift.ts';
import { anchorColumn, anchorSql, termEnd } from './anchors.ts';
import { changesSql } from './change-sql.ts';
import type { ErasureRule } from './erasure-rules.ts';
import type { RetentionRule } from './retention-rules.ts';
import { quotePlace } from './plan-order.ts';
import { quoteName, quoteTable, quoteText } from './sql-text.ts';

export interface SweepInput {
  readonly query: SqlQuery;
  /** `schema.table` with `subject_id`, `kind` and `created_at` of persons who were erased. */
  readonly restrictionTable: string;
  readonly now: Date;
}

/** What is past its term under one rule. */
export interface Overdue {
  readonly candidates: number;
  /** The oldest anchor among them, null when there is none. */
  readonly oldest: Date | null;
  /** How long the oldest has been due. */
  readonly overdueSeconds: number;
}

/**
 * Looks for what is past its term. A ceiling that finds nothing reads one entry of the index on its anchor, whatever
 * the size of the table.
 */
export async function findOverdue(input: SweepInput, rule: RetentionRule): Promise<Overdue> {
  if (!(await isAnythingDue(input, rule))) return { candidates: 0, oldest: null, overdueSeconds: 0 };
  const { from, where } = dueRows(rule, input.restrictionTable);
  const [row] = await input.query(
    `select count(*) as candidates, min(${oldestSql(rule)}) as oldest, extract(epoch from $1::timestamptz - min(${dueSql(rule)})) as overdue from ${from} where ${where}`,
    [input.now],
  );
  return {
    candidates: Number(row?.['candidates']),
    oldest: asDate(row?.['oldest']),
    overdueSeconds: Math.max(0, Math.floor(Number(row?.['overdue'] ?? 0))),
  };
}

function asDate(value: unknown): Date | null {
  if (value instanceof Date) return value;
  return typeof value === 'string' ? new Date(value) : null;
}

async function isAnythingDue(input: SweepInput, rule: RetentionRule): Promise<boolean> {
  const sql = emptyCheckSql(rule, input.restrictionTable);
  const [row] = await input.query(sql, [input.now]);
  return row?.['is_due'] === true;
}

/** The statement that usually ends a sweep: public, so that a test can read its query plan. */
export function emptyCheckSql(rule: RetentionRule, restrictionTable: string): string {
  const [term] = rule.terms;
  if (rule.kind === 'hold-end' || term === undefined) {
    const { from, where } = dueRows(rule, restrictionTable);
    return `select exists (select 1 from ${from} where ${where}) as is_due`;
  }
  const anchor = anchorSql(rule.table, term.anchor);
  return `select coalesce(min(${anchor}) <= ${cutoffSql(term.duration)}, false) as is_due from ${quoteTable(rule.table)}`;
}

/** Carries out one batch of a rule. @returns whose rows were touched; fewer than `limit` means that it is done. */
export async function sweepBatch(
  input: SweepInput,
  rule: RetentionRule,
  limit: number,
): Promise<{ readonly done: number; readonly subjects: readonly string[] }> {
  const { from, where } = dueRows(rule, input.restrictionTable);
  const name = quoteTable(rule.table);
  const key = keyOf(rule);
  const due = `select ${quoteName(rule.table.name)}.${key} as place from ${from} where ${where} limit ${limit} for update of ${quoteName(rule.table.name)} skip locked`;
  const owner = `${quoteName(rule.table.name)}.${quoteName(rule.subjectColumn)}::text as subject`;
  const target = `${name} where ${key} = any (array(select place from due)) returning ${owner}`;
  const statement =
    rule.verb === 'delete'
      ? `delete from ${target}`
      : `update ${name} set ${changesSql(rule)} where ${key} = any (array(select place from due)) returning ${owner}`;
  const rows = await input.query(
    `with due as (${due}), touched as (${statement}) select subject from touched`,
    [input.now],
  );
  const subjects = rows.flatMap(({ subject }) => (typeof subject === 'string' ? [subject] : []));
  return { done: rows.length, subjects: [...new Set(subjects)] };
}

/** Not `ctid`: a role with rights on columns only may not read it. The registry refuses tables about persons without a key. */
function keyOf({ name, table }: RetentionRule): string {
  if (table.keyColumn === null) throw new Error(`${name}: the table has no single primary key`);
  return quoteName(table.keyColumn);
}

/** `$1` is now. */
function dueRows(rule: RetentionRule, restrictionTable: string): { from: string; where: string } {
  const name = quoteTable(rule.table);
  const left = rule.verb === 'change' ? ` and (${stillThere(rule.columns)})` : '';
  if (rule.kind === 'ceiling') {
    const [term] = rule.terms;
    const anchor = anchorSql(rule.table, term?.anchor ?? '');
    return { from: name, where: `${anchor} <= ${cutoffSql(term?.duration ?? 'P0D')}${left}` };
  }
  const subject = `${quoteName(rule.table.name)}.${quoteName(rule.subjectColumn)}`;
  return {
    from: `${quotePlace(restrictionTable)} r join ${name} on ${isOwnSql(rule.table, subject, 'r.subject_id')}`,
    where: `r.kind = 'erased' and ${dueSql(rule)} <= $1::timestamptz${left}`,
  };
}

/** When a row is due: for a hold, when the last law lets go. */
function dueSql(rule: RetentionRule): string {
  const closedAt = rule.kind === 'hold-end' ? 'r.created_at' : '$1';
  const ends = rule.terms.map(({ anchor, duration }) => termEnd(rule.table, anchor, duration, closedAt));
  return `greatest(${ends.join(', ')})`;
}

function oldestSql(rule: RetentionRule): string {
  const [term] = rule.terms;
  const isClosed = term !== undefined && anchorColumn(rule.table, term.anchor) === null;
  return isClosed ? 'r.created_at' : anchorSql(rule.table, term?.anchor ?? '');
}

/** The instant before which an anchor is past its term. Compared with the bare column, so that its index serves. */
function cutoffSql(duration: string): string {
  return `(($1::timestamptz at time zone 'UTC') - interval ${quoteText(duration)}) at time zone 'UTC'`;
}

/**
 * Which cells have not been erased yet, so that a sweep does not touch the same row for ever. A look-up value that was
 * made random looks like any other, and goes with the sealed value it belongs to.
 */
function stillThere(columns: ErasureRule['columns']): string {
  const changing = columns.filter(
    ({ column, fate }) => fate.verb !== 'stay' && !(fate.verb === 'tombstone' && column.atRest === 'index'),
  );
  const conditions = changing.map(({ column, fate }) => {
    const name = quoteName(column.name);
    if (fate.verb === 'null') return `${name} is not null`;
    if (fate.verb === 'generalise')
      return `${name} is distinct from ${generalised(changesSql({ columns: [{ column, fate }] }))}`;
    if (column.atRest === 'sealed') return `${name} !~ '^s1[.]AQAAAA[A-D]'`;
    const [first] = column.words ?? [];
    return first === undefined ? `${name} not like 'erased-%'` : `${name} <> ${quoteText(first)}`;
  });
  return conditions.join(' or ');
}

/** The right side of `"column" = expression`. */
function generalised(change: string): string {
  return change.slice(change.indexOf(' = ') + 3);
}
