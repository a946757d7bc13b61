import type { SqlQuery } from '../find-drift.ts';

/** A reference between two tables as the live database has it, declared or not. */
export interface ForeignKey {
  readonly name: string;
  /** `schema.table` of the referencing and of the referenced side. */
  readonly child: string;
  readonly parent: string;
  readonly childColumns: readonly string[];
  readonly parentColumns: readonly string[];
  /** A column of the reference that may be null, so that the reference can be cut. */
  readonly nullableColumn: string | null;
  readonly isDeferrable: boolean;
}

export async function readForeignKeys(query: SqlQuery): Promise<ForeignKey[]> {
  const rows = await query(foreignKeysSql, []);
  return rows.map((row) => ({
    name: String(row['name']),
    child: String(row['child']),
    parent: String(row['parent']),
    childColumns: texts(row['child_columns']),
    parentColumns: texts(row['parent_columns']),
    nullableColumn: textOf(row['nullable_column']),
    isDeferrable: row['is_deferrable'] === true,
  }));
}

const foreignKeysSql = `
  select k.conname as name, cn.nspname || '.' || c.relname as child, pn.nspname || '.' || p.relname as parent, k.condeferrable as is_deferrable,
    array(select a.attname::text from unnest(k.conkey) with ordinality as x (num, at) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.num order by x.at) as child_columns,
    array(select a.attname::text from unnest(k.confkey) with ordinality as x (num, at) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.num order by x.at) as parent_columns,
    (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey) and not a.attnotnull order by a.attnum limit 1) as nullable_column
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
  where k.contype = 'f' and k.conparentid = 0 order by 2, 1`;

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Groups of nodes that reach each other (Tarjan 1972), each group before everything it points to. With edges from
 * the referencing table to the referenced one this is the order in which rows can be deleted.
 */
export function deletionOrder(
  nodes: readonly string[],
  pointsTo: (node: string) => readonly string[],
): string[][] {
  const indexOf = new Map<string, number>();
  const lowOf = new Map<string, number>();
  const open: string[] = [];
  const groups: string[][] = [];

  function visit(node: string): void {
    const index = indexOf.size;
    indexOf.set(node, index);
    lowOf.set(node, index);
    open.push(node);
    for (const next of pointsTo(node)) {
      if (!indexOf.has(next)) visit(next);
      else if (!open.includes(next)) continue;
      lowOf.set(node, Math.min(lowOf.get(node) ?? index, lowOf.get(next) ?? index));
    }
    if (lowOf.get(node) !== index) return;
    groups.push(open.splice(open.indexOf(node)));
  }
  for (const node of nodes) if (!indexOf.has(node)) visit(node);
  // Tarjan finishes what is pointed to first.
  return groups.toReversed();
}
