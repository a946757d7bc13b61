import { toSnakeCase } from 'drizzle-orm/casing';
import { type AnyPgColumn, getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { getTableColumns } from 'drizzle-orm';
import type { Ctx } from './context.ts';
import { query } from './db.ts';

interface Statement {
  readonly text: string;
  readonly columns: readonly (readonly [key: string, column: AnyPgColumn])[];
}

const known = new WeakMap<PgTable, Map<string, Statement>>();

/**
 * Inserts rows in the order given, however many there are, by a statement whose text depends on the table alone: each
 * column is one parameter. What writes hundreds of rows a second spends a sixth of its time on building statements
 * otherwise.
 * @param rows all with the same keys; a column that none has gets its default.
 * @param ending `on conflict …` and `returning …`, in PostgreSQL's words.
 * @returns the rows of `returning`.
 */
export async function insertMany<T extends PgTable, R extends object = never>(
  ctx: Ctx,
  table: T,
  rows: readonly T['$inferInsert'][],
  ending = '',
): Promise<R[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const { text, columns } = statementFor(table, Object.keys(first));
  const parameters = columns.map(([key, column]) =>
    rows.map((row) => {
      const value = (row as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) throw new TypeError(`a row has no ${key}, which the first row has`);
      return value === null ? null : column.mapToDriverValue(value);
    }),
  );
  return query<R>(ctx, `${text} ${ending}`, parameters);
}

function statementFor(table: PgTable, keys: readonly string[]): Statement {
  const byKeys = known.get(table) ?? new Map<string, Statement>();
  known.set(table, byKeys);
  const name = keys.join(' ');
  const cached = byKeys.get(name);
  if (cached !== undefined) return cached;
  const statement = writeStatement(table, keys);
  byKeys.set(name, statement);
  return statement;
}

function writeStatement(table: PgTable, keys: readonly string[]): Statement {
  const config = getTableConfig(table);
  const columnByKey = getTableColumns(table);
  const columns = keys.map((key) => {
    const column = columnByKey[key];
    if (column === undefined) throw new TypeError(`${config.name} has no column ${key}`);
    return [key, column] as const;
  });
  const names = columns.map(([key]) => toSnakeCase(key));
  // A list in a list would have to be a rectangle: columns that are lists travel as texts.
  const types = columns.map(([, column]) => (isList(column) ? 'text' : column.getSQLType()));
  const values = columns.map(
    ([, column], n) => `v.${names[n]}${isList(column) ? `::${column.getSQLType()}` : ''}`,
  );
  const text = `insert into ${config.schema ?? 'public'}.${config.name} (${names.join(', ')})
    select ${values.join(', ')}
    from unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')}) with ordinality as v (${names.join(', ')}, position)
    order by v.position`;
  return { text, columns };
}

/**
 * The columns of a table for `select`, named as its rows are in TypeScript.
 * @throws for a table with lists: of those only the query builder knows how to read what is in them.
 */
export function columnList(table: PgTable): string {
  const columns = Object.entries(getTableColumns(table));
  if (columns.some(([, column]) => isList(column)))
    throw new TypeError(`${getTableConfig(table).name} has columns that are lists`);
  return columns.map(([key]) => `${toSnakeCase(key)} as "${key}"`).join(', ');
}

function isList(column: AnyPgColumn): boolean {
  return column.getSQLType().endsWith('[]');
}
