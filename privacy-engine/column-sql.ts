import { endsWithPerson } from './grants.ts';
import type { ColumnEntry, TableEntry } from './registry.ts';
import { sealedTextPattern } from './sealing/envelope.ts';
import { literal, qualified, quote } from './sql-text.ts';

/** What PostgreSQL itself holds about a column: no statistics of values that go, and no plain value in a sealed one. */
export function columnSql(entry: TableEntry, table: string, column: ColumnEntry): string[] {
  const sql: string[] = [];
  // Otherwise values stay readable in pg_stats after they are gone; those that stay are needed for good plans.
  if (column.datum !== null)
    sql.push(
      `alter table ${table} alter column ${quote(column.name)} set statistics ${endsWithPerson(column.datum) ? 0 : -1};`,
    );
  if (column.atRest === 'sealed') sql.push(sealedCheckSql(entry, column));
  if (column.atRest === 'index') sql.push(indexCheckSql(entry, column));
  return sql;
}

/** Name of the check that refuses plain values in a sealed column, and values without their look-up value. */
export function sealedCheckName(table: { name: string }, column: { name: string }): string {
  return `${table.name}_${column.name}_sealed_check`;
}

/**
 * PostgreSQL refuses a plain value for a sealed column. Not valid at first: rows from before the column was sealed are
 * sealed and the check validated in a step of their own.
 */
function sealedCheckSql(table: TableEntry, column: ColumnEntry): string {
  return checkSql(table, column, `${quote(column.name)} ~ ${literal(sealedTextPattern)}`);
}

/** A value without its look-up value could not be found and could be there twice. */
function indexCheckSql(table: TableEntry, column: ColumnEntry): string {
  const base = table.columns.find(({ key }) => key === column.indexOf)?.name ?? column.name;
  return checkSql(table, column, `(${quote(base)} is null) = (${quote(column.name)} is null)`);
}

function checkSql(table: TableEntry, column: ColumnEntry, condition: string): string {
  const check = `alter table ${qualified(table)} add constraint ${quote(sealedCheckName(table, column))} check (${condition}) not valid`;
  return `do $$ begin ${check}; exception when duplicate_object then null; end $$;`;
}
