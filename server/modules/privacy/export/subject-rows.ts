import { type ExportRow, openTableRows, sealedTableOf, type TableEntry } from '@candor/privacy';
import { type SQL, sql } from 'drizzle-orm';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { sealingOf } from '../../../kernel/sealed-rows.ts';
import type { HeldClasses } from './held-classes.ts';

export interface ReadRows {
  readonly table: TableEntry;
  /** Names of the columns in PostgreSQL; the row's own key comes along. */
  readonly columns: readonly string[];
  readonly held: HeldClasses;
}

/**
 * One page of the person's own rows, newest first: their keys are ordered by time. Works by the index on person and
 * key that every table about persons must have, so that it takes the same time among any number of other people's rows.
 */
export async function readSubjectRows(
  ctx: Ctx,
  { table, columns, held }: ReadRows,
  page: { readonly limit: number; readonly before: string | null },
): Promise<ExportRow[]> {
  if (!held.areAllHeld(table, columns)) return [];
  const key = keyOf(table);
  const before = page.before === null ? sql`` : sql` and ${sql.identifier(key)} < ${page.before}`;
  const names = [...new Set([key, subjectOf(table), ...columns])];
  const { rows } = await ctx.db.execute(
    sql`select ${listOf(names)} from ${placeOf(table)} where ${isOwn(ctx, table)}${before} order by ${sql.identifier(key)} desc limit ${page.limit}`,
  );
  return openRows(ctx, table, rows);
}

/** Every row of the person, in batches. */
export async function* allSubjectRows(
  ctx: Ctx,
  what: ReadRows,
  rowsPerBatch: number,
): AsyncGenerator<ExportRow[]> {
  const key = keyOf(what.table);
  let before: string | null = null;
  for (;;) {
    const rows: ExportRow[] = await readSubjectRows(ctx, what, { limit: rowsPerBatch, before });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1)?.[key];
    if (rows.length < rowsPerBatch || typeof last !== 'string') return;
    before = last;
  }
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

function isOwn(ctx: Ctx, table: TableEntry): SQL {
  return sql`${sql.identifier(subjectOf(table))} = ${userOf(ctx)}`;
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

/** The registry refuses tables about persons without these columns. */
function keyOf({ keyColumn, name }: TableEntry): string {
  if (keyColumn === null) throw new Error(`${name} has no single primary key`);
  return keyColumn;
}

function subjectOf({ subjectColumn, name }: TableEntry): string {
  if (subjectColumn === null) throw new Error(`${name} is about nobody`);
  return subjectColumn;
}
