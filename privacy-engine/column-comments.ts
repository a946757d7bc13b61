import canonicalize from 'canonicalize';
import type { SqlQuery } from './find-drift.ts';
import type { ColumnEntry, Registry } from './registry.ts';
import { literal, qualified, quote } from './sql-text.ts';

/**
 * SQL for every comment that does not say what is declared; empty when all do. Comments make the live database its own
 * documentation: an auditor needs nothing but psql. They limit nothing, so they are no part of the compiled rules.
 */
export async function staleCommentsSql(registry: Registry, query: SqlQuery): Promise<string> {
  const rows = await query(commentsSql, [[...new Set(registry.tables.map(({ schema }) => schema))]]);
  const found = new Map(rows.map(({ place, comment }) => [String(place), comment]));
  return registry.tables
    .flatMap((table) =>
      table.columns
        .filter(({ name }) => found.has(`${table.schema}.${table.name}.${name}`))
        .map((column) => ({
          place: `${table.schema}.${table.name}.${column.name}`,
          comment: commentOf(column),
          target: `${qualified(table)}.${quote(column.name)}`,
        })),
    )
    .filter(({ place, comment }) => found.get(place) !== comment)
    .map(({ target, comment }) => `comment on column ${target} is ${literal(comment)};`)
    .join('\n');
}

/** The same declaration is the same text, in whatever order a loader or a list gave its members. */
function commentOf({ datum, why }: ColumnEntry): string {
  return canonicalize(JSON.parse(JSON.stringify(datum ?? { plain: why ?? true }))) ?? '';
}

const commentsSql = `
  select n.nspname || '.' || c.relname || '.' || a.attname as place, col_description(c.oid, a.attnum) as comment
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`;
