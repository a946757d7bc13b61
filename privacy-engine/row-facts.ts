import { is, SQL } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { type AnyPgColumn, getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type { SealedType } from './sealing/sealed-value.ts';

/** What a value is when it has been read and opened, whatever it looks like at rest. */
export const valueTypes = [
  'text',
  'integer',
  'number',
  'bigint',
  'boolean',
  'instant',
  'json',
  'bytes',
] as const;
export type ValueType = (typeof valueTypes)[number];

const valueTypeBySeal: Record<SealedType, ValueType> = {
  text: 'text',
  json: 'json',
  bigint: 'bigint',
  date: 'instant',
  bytes: 'bytes',
};

/** @param column the column of Drizzle; its seal, if it has one, says what is inside. */
export function valueTypeOf(column: AnyPgColumn | undefined, sealedType: SealedType | null): ValueType {
  if (sealedType !== null) return valueTypeBySeal[sealedType];
  switch (column?.dataType) {
    case 'number':
      return /Integer|Int|Serial/.test(column.columnType) ? 'integer' : 'number';
    case 'bigint':
      return 'bigint';
    case 'boolean':
      return 'boolean';
    case 'date':
      return 'instant';
    case 'json':
    case 'array':
      return 'json';
    case 'buffer':
      return 'bytes';
    default:
      return column?.getSQLType() === 'bytea' ? 'bytes' : 'text';
  }
}

/**
 * Whether one index finds the rows of one person in the order of their primary key. Without it, reading, exporting or
 * erasing one person takes time by the number of all rows.
 */
export function isFoundBySubject(table: PgTable, subjectColumn: string, keyColumn: string | null): boolean {
  const wanted =
    keyColumn === null || keyColumn === subjectColumn ? [subjectColumn] : [subjectColumn, keyColumn];
  return indexedColumns(table).some((columns) => wanted.every((name, place) => columns[place] === name));
}

/** Columns an index over all rows begins with, so that the oldest row is found without reading the others. */
export function leadingColumns(table: PgTable): string[] {
  return [...new Set(indexedColumns(table).flatMap(([first]) => first ?? []))].toSorted();
}

/** Columns of references to other rows that may be null, so that the row pointed to can go and this one stay. */
export function cuttableColumns(table: PgTable): string[] {
  const columns = getTableConfig(table).foreignKeys.flatMap((key) => key.reference().columns);
  return [
    ...new Set(columns.filter(({ notNull }) => !notNull).map(({ name }) => toSnakeCase(name))),
  ].toSorted();
}

/** Names of the columns of every index over all rows, in order. */
function indexedColumns(table: PgTable): (string | null)[][] {
  const { columns, indexes, primaryKeys, uniqueConstraints } = getTableConfig(table);
  const nameOf = (name: string | undefined) => (name === undefined ? null : toSnakeCase(name));
  const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => nameOf(name));
  return [
    ...columns
      .filter((column) => column.primary || column.isUnique)
      .map((column) => [toSnakeCase(column.name)]),
    ...primaryKeys.map((key) => named(key.columns)),
    ...uniqueConstraints.map((constraint) => named(constraint.columns)),
    ...indexes
      .filter(({ config }) => config.where === undefined)
      .map(({ config }) =>
        config.columns.map((part) =>
          'name' in part && !is(part, SQL) && !isDescending(part) ? nameOf(part.name) : null,
        ),
      ),
  ];
}

/** Drizzle writes `desc nulls last`, which gives the order of no query that says `desc`: PostgreSQL would sort. */
function isDescending(part: object): boolean {
  const { indexConfig } = part as { readonly indexConfig?: { readonly order?: string } };
  return indexConfig?.order === 'desc';
}
