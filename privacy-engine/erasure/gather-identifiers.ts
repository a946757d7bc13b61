import type { Category } from '../declaration-types.ts';
import type { SqlQuery } from '../find-drift.ts';
import { type ColumnEntry, type Registry, sealedTableOf } from '../registry.ts';
import { openTableRows, type Sealing } from '../sealing/sealed-table.ts';
import { type ErasureRule, erasureRules } from './erasure-rules.ts';
import type { Identifier } from './residue-patterns.ts';
import { ruleCondition } from './rule-rows.ts';
import { quoteName, quoteTable } from './sql-text.ts';

/** Rows of one table whose values are looked for afterwards; the newest say enough about a life of a million rows. */
const mostRows = 1000;

/**
 * What is known of a person and is about to be erased: gathered before, to be looked for after. Values that a law
 * keeps are not among them.
 */
export async function gatherIdentifiers(
  query: SqlQuery,
  registry: Registry,
  restrictionTable: string,
  sealing: Sealing,
  subject: string,
): Promise<Identifier[]> {
  const found = new Map<string, Identifier>();
  for (const rule of erasureRules(registry, restrictionTable)) {
    for (const identifier of await gatherFrom(query, rule, sealing, subject)) {
      const key = identifier.value.toLowerCase();
      if (found.get(key)?.kind !== 'unmistakable') found.set(key, identifier);
    }
  }
  return [...found.values()];
}

async function gatherFrom(
  query: SqlQuery,
  rule: ErasureRule,
  sealing: Sealing,
  subject: string,
): Promise<Identifier[]> {
  const wanted = rule.columns.flatMap(({ column, fate }) =>
    !['hold', 'unlink', 'stay'].includes(fate.verb) && isTelling(column) ? [column] : [],
  );
  if (wanted.length === 0) return [];
  const { table } = rule;
  const sealed = sealedTableOf(table);
  const keys = table.columns.filter(
    ({ key, name }) => name === table.keyColumn || key === table.rule.subject,
  );
  const selected = [...new Set([...keys, ...wanted])].map(
    ({ key, name }) => `${quoteName(name)} as ${quoteName(key)}`,
  );
  const order = table.keyColumn === null ? '' : ` order by ${quoteName(table.keyColumn)} desc`;
  const rows = await query(
    `select ${selected.join(', ')} from ${quoteTable(table)} where ${ruleCondition(rule, '$1')}${order} limit ${mostRows}`,
    [subject],
  );
  const opened = sealed === null ? rows : await openTableRows(sealing, sealed, rows);
  return opened.flatMap((row) =>
    wanted.flatMap((column) => {
      const value = row[column.key];
      return typeof value === 'string' && value.trim() !== '' ? [{ value, kind: kindOf(column, value) }] : [];
    }),
  );
}

/** Categories whose values are moments, sums and words of ours: nothing to recognise a person by. */
const notTelling: ReadonlySet<Category> = new Set(['log', 'usage', 'transaction']);
const unmistakable: ReadonlySet<Category> = new Set(['credential', 'identity-document', 'financial-account']);

function isTelling({ datum, valueType, words }: ColumnEntry): boolean {
  return datum !== null && valueType === 'text' && words === null && !notTelling.has(datum.category);
}

function kindOf({ datum, atRest }: ColumnEntry, value: string): Identifier['kind'] {
  if (atRest === 'index') return 'unmistakable';
  if (datum === null || value.length < 6) return 'name';
  if (unmistakable.has(datum.category)) return 'unmistakable';
  return datum.category === 'contact' && /@|\d{7}/.test(value) ? 'unmistakable' : 'name';
}
