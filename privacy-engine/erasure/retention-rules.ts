import type { ColumnEntry, Registry, TableEntry } from '../registry.ts';
import { anchorColumn, closedAnchor, roughDays } from './anchors.ts';
import type { SqlQuery } from '../find-drift.ts';
import { deletionOrder, readForeignKeys } from './foreign-keys.ts';
import { type ColumnFate, type ErasureRule, erasureRules } from './erasure-rules.ts';

/** A declared end of a term, and what happens then. */
export interface RetentionRule {
  /** `schema.table.column` for one column, several separated by commas: names the rule in evidence and metrics. */
  readonly name: string;
  readonly table: TableEntry;
  /** A ceiling holds for every person; the end of a hold is for what a law made us keep of an erased person. */
  readonly kind: 'ceiling' | 'hold-end';
  readonly verb: 'delete' | 'change';
  readonly columns: ErasureRule['columns'];
  readonly terms: readonly RetentionTerm[];
  /** Name in PostgreSQL of the column with the person's id. */
  readonly subjectColumn: string;
}

export interface RetentionTerm {
  readonly anchor: string;
  /** The ceiling, or the floor of a law where that is longer. */
  readonly duration: string;
}

/** Every ceiling of a registry, and every end of a hold. */
export function retentionRules(registry: Registry, restrictionTable: string): RetentionRule[] {
  return [
    ...registry.tables.flatMap(ceilingRules),
    ...erasureRules(registry, restrictionTable).flatMap(holdEndRules),
  ];
}

/**
 * The rules of a referencing table before those of the table it references, whatever order they were declared in:
 * PostgreSQL refuses to delete a row that another one names. Ceilings stay before ends of holds.
 */
export async function inDeletionOrder(
  query: SqlQuery,
  rules: readonly RetentionRule[],
): Promise<RetentionRule[]> {
  const references = await readForeignKeys(query);
  const parentsOf = (place: string) =>
    references.filter(({ child }) => child === place).map(({ parent }) => parent);
  const places = deletionOrder([...new Set(rules.map(placeOf))], parentsOf).flat();
  return rules.toSorted(
    (one, other) =>
      Number(one.kind === 'hold-end') - Number(other.kind === 'hold-end') ||
      places.indexOf(placeOf(one)) - places.indexOf(placeOf(other)),
  );
}

function placeOf({ table }: RetentionRule): string {
  return `${table.schema}.${table.name}`;
}

function ceilingRules(table: TableEntry): RetentionRule[] {
  const personal = table.columns.filter(({ datum }) => datum !== null);
  const groups = new Map<string, ColumnEntry[]>();
  for (const column of personal) {
    const { anchor, duration } = ceilingOf(column);
    if (anchorColumn(table, anchor) === null) continue;
    const key = `${column.datum?.subject} ${anchor} ${duration}`;
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  return [...groups.values()].map((columns) => ceilingRule(table, columns)).filter(changesAnything);
}

/** Values that stay in a row without their person end with the link, not with a term. */
function changesAnything({ verb, columns }: RetentionRule): boolean {
  return verb === 'delete' || columns.some(({ fate }) => fate.verb !== 'stay');
}

function ceilingRule(table: TableEntry, columns: readonly ColumnEntry[]): RetentionRule {
  const [first] = columns;
  const subjectKey = first?.datum?.subject ?? '';
  const isShared = subjectKey !== table.rule.subject;
  const staysWhole = table.rule.rows === 'keep-unlinked' || isShared;
  const fates = columns.map((column) => ({ column, fate: cellFate(column, staysWhole) }));
  const changes = staysWhole || fates.every(({ fate }) => fate !== null);
  return {
    name: nameOf(table, columns),
    table,
    kind: 'ceiling',
    verb: changes ? 'change' : 'delete',
    columns: fates.flatMap(({ column, fate }) => (fate === null ? [] : [{ column, fate }])),
    terms: first === undefined ? [] : [ceilingOf(first)],
    subjectColumn: table.columns.find(({ key }) => key === subjectKey)?.name ?? '',
  };
}

/** How a single value can go while its row stays; null where the row goes with it. */
function cellFate(column: ColumnEntry, staysWhole: boolean): ColumnFate | null {
  const rule = column.datum?.onErase;
  if (rule === undefined || rule === 'delete-row') return null;
  if (rule === 'shred') return emptied(column);
  if (rule === 'unlink') return { verb: 'stay' };
  if (typeof rule === 'string') return { verb: rule };
  if ('generalise' in rule) return { verb: 'generalise', to: rule.generalise };
  return staysWhole ? emptied(column) : null;
}

function emptied(column: ColumnEntry): ColumnFate {
  return { verb: column.isNullable ? 'null' : 'tombstone' };
}

/** Until when a value may stay at most, and must stay at least: a law that says longer wins. */
export function ceilingOf({ datum }: ColumnEntry): RetentionTerm {
  const { max = 'P0D', min, from = closedAnchor } = datum?.keep ?? {};
  const floor = min?.duration;
  return { anchor: from, duration: floor !== undefined && roughDays(floor) > roughDays(max) ? floor : max };
}

function holdEndRules(rule: ErasureRule): RetentionRule[] {
  const held = rule.columns.filter(({ fate }) => fate.verb === 'hold');
  if (held.length === 0) return [];
  const terms = held.flatMap(({ fate }) =>
    fate.verb === 'hold' ? [{ anchor: fate.anchor, duration: fate.floor.duration }] : [],
  );
  const distinct = new Map(terms.map((term) => [`${term.anchor} ${term.duration}`, term] as const));
  const columns = held.map(({ column }) => ({ column, fate: emptied(column) }));
  return [
    {
      name: nameOf(
        rule.table,
        held.map(({ column }) => column),
      ),
      table: rule.table,
      kind: 'hold-end',
      verb: rule.isShared ? 'change' : 'delete',
      columns,
      terms: [...distinct.values()],
      subjectColumn: rule.subjectColumn,
    },
  ];
}

function nameOf(table: TableEntry, columns: readonly ColumnEntry[]): string {
  return `${table.schema}.${table.name}.${columns.map(({ name }) => name).join(',')}`;
}

/** Ceilings that cannot be carried out, or only by reading every row. */
export function retentionContradictions(table: TableEntry): string[] {
  const place = `${table.schema}.${table.name}`;
  const rules = ceilingRules(table);
  return rules.flatMap((rule) => {
    const [term] = rule.terms;
    const anchor = term === undefined ? undefined : anchorColumn(table, term.anchor);
    if (anchor === undefined || anchor === null || term === undefined) return [];
    const found: string[] = [];
    if (!table.leadingColumns.includes(anchor.name))
      found.push(
        `${place}: what is due must be found without reading every row, so it needs an index on (${anchor.name})`,
      );
    if (rule.verb !== 'delete') return found;
    for (const { key, datum } of table.columns) {
      const floor = datum?.keep.min;
      if (floor !== undefined && roughDays(floor.duration) > roughDays(term.duration) + 1)
        found.push(
          `${place}: the row goes after ${term.duration}, but ${floor.law} keeps ${key} for ${floor.duration}`,
        );
    }
    return found;
  });
}
