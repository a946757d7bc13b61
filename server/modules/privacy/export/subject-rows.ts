import {
  type ExportRow,
  isOwnSql,
  openTableRows,
  sealedTableOf,
  type TableEntry,
} from '@candor/privacy-engine';
import { type SQL, sql } from 'drizzle-orm';
import pg from 'pg';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { databaseOptions } from '../../../kernel/database-options.ts';
import { sealingOf } from '../../../kernel/sealed-rows.ts';
import type { HeldClasses } from './held-classes.ts';

export interface ReadRows {
  readonly table: TableEntry;
  /** Names of the columns in PostgreSQL; the row's own key comes along. */
  readonly columns: readonly string[];
  readonly held: HeldClasses;
}

/**
 * One page of the person's own rows, newest first: their keys are ordered by time. Every table about persons has an
 * index of subject and key, which gives a page in the time of a page among any number of other people's rows.
 */
export async function readSubjectRows(
  ctx: Ctx,
  what: ReadRows,
  page: { readonly limit: number; readonly before: string | null },
): Promise<ExportRow[]> {
  const { table, columns, held } = what;
  if (!held.areAllHeld(table, columns)) return [];
  const key = sql.identifier(keyOf(table));
  if (page.before !== null && !canBeKey(table, page.before)) return [];
  const before = page.before === null ? sql`` : sql` and ${key} < ${page.before}`;
  const { rows } = await ctx.db.execute(
    sql`select ${namesOf(what)} from ${placeOf(table)} where ${isOwn(ctx, table)}${before}
        order by ${key} desc limit ${page.limit}`,
  );
  return openRows(ctx, table, rows);
}

/** Every row of the person, newest first, in batches, read once from beginning to end inside one transaction. */
export async function* allSubjectRows(
  ctx: Ctx,
  what: ReadRows,
  rowsPerBatch: number,
): AsyncGenerator<ExportRow[]> {
  const { table, columns, held } = what;
  if (!held.areAllHeld(table, columns)) return;
  cursorsOpened += 1;
  const cursor = sql.identifier(`rows_${cursorsOpened}`);
  // A cursor takes no parameters; the person is the one the transaction is limited to.
  const person = `current_setting(${pg.escapeLiteral(databaseOptions.settings.subject)})`;
  const own = sql.raw(isOwnSql(table, pg.escapeIdentifier(subjectOf(table)), person));
  await ctx.db.execute(sql`set local cursor_tuple_fraction = 1`);
  await ctx.db.execute(
    sql`declare ${cursor} no scroll cursor for
        select ${namesOf(what)} from ${placeOf(table)} where ${own} order by ${sql.identifier(keyOf(table))} desc`,
  );
  for (;;) {
    const { rows } = await ctx.db.execute(sql`fetch forward ${sql.raw(String(rowsPerBatch))} from ${cursor}`);
    if (rows.length > 0) yield await openRows(ctx, table, rows);
    if (rows.length < rowsPerBatch) return;
  }
}

/** Cursors end with their transaction; a name is never used twice in one. */
let cursorsOpened = 0;

function namesOf({ table, columns }: ReadRows): SQL {
  return listOf([...new Set([keyOf(table), subjectOf(table), ...columns])]);
}

/** How many rows the person has in a table, in time proportional to their number. */
export async function countSubjectRows(ctx: Ctx, { table, columns, held }: ReadRows): Promise<number> {
  if (!held.areAllHeld(table, columns)) return 0;
  const { rows } = await ctx.db.execute<{ count: bigint }>(
    sql`select count(*) as count from ${placeOf(table)} where ${isOwn(ctx, table)}`,
  );
  return Number(rows[0]?.count ?? 0n);
}

/** Rows under the names of the database, opened. */
async function openRows(
  ctx: Ctx,
  table: TableEntry,
  rows: readonly Record<string, unknown>[],
): Promise<ExportRow[]> {
  const sealed = sealedTableOf(table);
  if (sealed === null) return asExportRows(rows);
  const keyByName = new Map(table.columns.map(({ name, key }) => [name, key]));
  const nameByKey = new Map(table.columns.map(({ name, key }) => [key, name]));
  const opened = await openTableRows(
    sealingOf(ctx),
    sealed,
    rows.map((row) => renamed(row, keyByName)),
  );
  return asExportRows(opened.map((row) => renamed(row, nameByKey)));
}

function renamed(row: Readonly<Record<string, unknown>>, names: ReadonlyMap<string, string>) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [names.get(name) ?? name, value]));
}

/** Guarantee: what the driver parses and a seal gives back are raw values. */
function asExportRows(rows: readonly Record<string, unknown>[]): ExportRow[] {
  return rows as ExportRow[];
}

/** Whether a row is the person's, by their id or by that of their own account. */
export function isOwn(ctx: Ctx, table: TableEntry): SQL {
  return sql.raw(isOwnSql(table, pg.escapeIdentifier(subjectOf(table)), pg.escapeLiteral(userOf(ctx))));
}

function placeOf({ schema, name }: TableEntry): SQL {
  return sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
}

function listOf(names: readonly string[]): SQL {
  return sql.join(
    names.map((name) => sql.identifier(name)),
    sql`, `,
  );
}

/** A text that is no number stands before no row that is named by a number. */
function canBeKey({ columns, keyColumn }: TableEntry, text: string): boolean {
  const key = columns.find(({ name }) => name === keyColumn);
  return key?.valueType !== 'bigint' || /^\d{1,18}$/.test(text);
}

/** The registry refuses tables about persons without these columns. */
function keyOf({ keyColumn, name }: TableEntry): string {
  if (keyColumn === null) throw new Error(`${name} has no single primary key`);
  return keyColumn;
}

function subjectOf({ subjectColumn, name }: TableEntry): string {
  if (subjectColumn === null) throw new Error(`${name} is about no person`);
  return subjectColumn;
}
