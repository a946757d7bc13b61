import {
  type BlindIndex,
  describeTable,
  indexValue,
  type Opened,
  openTableRows,
  type Plain,
  type SealedTable,
  sealedTableOf,
  sealTableRows,
  type Sealing,
} from '@candor/privacy-engine';
import { getTableUniqueName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { privacy } from '../declare/policy.ts';
import type { Ctx } from './context.ts';
import { dayOfId } from './id.ts';
import { noteUnreadable } from './unreadable-cells.ts';

/**
 * The one place where values of persons are sealed and opened. Verbs read and write plain rows through it; a plain
 * value for a sealed column neither compiles nor passes the check in the database.
 */

type Insert<T extends PgTable> = T['$inferInsert'];
type Changes<T extends PgTable> = { [K in keyof T['_']['columns']]?: Insert<T>[K & keyof Insert<T>] };

/** Rows ready to insert: sealed values in place of plain ones, look-up columns computed. */
export async function sealRows<T extends PgTable>(
  ctx: Pick<Ctx, 'vault'>,
  table: T,
  rows: readonly Plain<Insert<T>>[],
): Promise<Insert<T>[]> {
  return asInserts<T>(await sealTableRows(sealingOf(ctx), sealedTable(table), asRows(rows)));
}

/** One row ready to insert, see `sealRows`. */
export async function sealRow<T extends PgTable>(
  ctx: Pick<Ctx, 'vault'>,
  table: T,
  row: Plain<Insert<T>>,
): Promise<Insert<T>> {
  const [sealed] = await sealRows(ctx, table, [row]);
  if (sealed === undefined) throw new Error('one row in, one row out');
  return sealed;
}

/** Changes of one row ready to be set. The row is named by its primary key and its person. */
export async function sealChanges<T extends PgTable>(
  ctx: Pick<Ctx, 'vault'>,
  table: T,
  row: { readonly id: string; readonly subject: string | null },
  changes: Partial<Plain<Insert<T>>>,
): Promise<Changes<T>> {
  const { keyKey, subjectKey } = sealedTable(table);
  const whole = { ...changes, [subjectKey]: row.subject, [keyKey]: row.id };
  const [sealed = {}] = await sealTableRows(sealingOf(ctx), sealedTable(table), [whole]);
  const { [keyKey]: _id, [subjectKey]: _subject, ...changed } = sealed;
  return asChanges<T>(changed);
}

/**
 * Rows as they were written. They must carry primary key and subject, under the names of the table. A value whose key
 * was destroyed is '' (null where the column may be null): its person is erased. A damaged value, or one beside the
 * look-up value of another, reads the same and raises an alarm.
 */
export async function openRows<T extends PgTable, R extends object>(
  ctx: Reader,
  table: T,
  rows: readonly (R & LookUpsBeside<T, R>)[],
): Promise<Opened<R>[]> {
  return asOpened<R>(await openTableRows(sealingOf(ctx), sealedTable(table), asRows(rows)));
}

/** One row as it was written, undefined when there is none. See `openRows`. */
export async function openRow<T extends PgTable, R extends object>(
  ctx: Reader,
  table: T,
  row: (R & LookUpsBeside<T, R>) | undefined,
): Promise<Opened<R> | undefined> {
  return row === undefined ? undefined : (await openRows<T, R>(ctx, table, [row]))[0];
}

/**
 * The row a look-up value led to, opened, if it holds what was looked for. Where an attacker exchanged the look-up values
 * of two rows, it does not: then no row is found, and the alarm is raised.
 */
export async function openFound<T extends PgTable, R extends object>(
  ctx: Reader,
  table: T,
  { key, value }: { readonly key: keyof R; readonly value: string },
  row: (R & LookUpsBeside<T, R>) | undefined,
): Promise<Opened<R> | undefined> {
  const opened = await openRow<T, R>(ctx, table, row);
  return opened?.[key] === value ? opened : undefined;
}

/** Of `email` a row must carry `emailIndex` too: who reads a value compares it with what it is found by. */
type LookUpsBeside<T extends PgTable, R> = {
  [
    K in keyof T['$inferSelect'] as NonNullable<T['$inferSelect'][K]> extends BlindIndex
      ? K extends `${keyof R & string}Index`
        ? K
        : never
      : never
  ]: T['$inferSelect'][K];
};

/** What to compare the look-up column of `key` with, for a value that is already normalised. */
export async function findIndex(
  ctx: Pick<Ctx, 'vault'>,
  table: PgTable,
  key: string,
  normalisedValue: string,
): Promise<BlindIndex> {
  return findIndexAt(ctx, table, `${key}Index`, normalisedValue);
}

/** As `findIndex`, for a look-up column by its own name: one that compares values in another form. */
export async function findIndexAt(
  ctx: Pick<Ctx, 'vault'>,
  table: PgTable,
  indexKey: string,
  normalisedValue: string,
): Promise<BlindIndex> {
  const sealed = sealedTable(table);
  const index = sealed.indexes.find(({ key }) => key === indexKey);
  if (index === undefined) throw new Error(`${sealed.name} has no look-up column ${indexKey}`);
  return asIndex(await indexValue(ctx.vault, sealed, index, normalisedValue));
}

/** Sealing with the vault of a context; for readers that work by registry. */
export function sealingOf(ctx: Reader): Sealing {
  return {
    vault: ctx.vault,
    unknownSubject,
    onUnreadable: (cell, error) => noteUnreadable(ctx.log, cell, error),
  };
}

/** The vault, and where a reader raises the alarm about a cell that cannot be read. */
type Reader = Pick<Ctx, 'vault'> & Partial<Pick<Ctx, 'log'>>;

/** Whose key seals what belongs to no known person: that of the day, so that it ends with the term of the day's rows. */
export function unknownSubject(rowId: string): string {
  return unknownSubjectOfDay(dayOfId(rowId));
}

export function unknownSubjectOfDay(day: string): string {
  return `unknown:${day}`;
}

const known = new WeakMap<PgTable, SealedTable>();

function sealedTable(table: PgTable): SealedTable {
  const cached = known.get(table);
  if (cached !== undefined) return cached;
  const declared = privacy.declaredTables().find((candidate) => candidate.table === table);
  const sealed = declared === undefined ? null : sealedTableOf(describeTable(declared));
  if (sealed === null) throw new Error(`${getTableUniqueName(table)} has no sealed columns`);
  known.set(table, sealed);
  return sealed;
}

/** Guarantee: rows are plain objects; what they hold is checked cell by cell. */
function asRows(rows: readonly object[]): readonly Readonly<Record<string, unknown>>[] {
  return rows as readonly Readonly<Record<string, unknown>>[];
}

/** Guarantee: the same rows with every declared sealed column sealed and every look-up column set. */
function asInserts<T extends PgTable>(rows: unknown): Insert<T>[] {
  return rows as Insert<T>[];
}

/** Guarantee: as `asInserts`, for the columns that change. */
function asChanges<T extends PgTable>(changes: unknown): Changes<T> {
  return changes as Changes<T>;
}

/** Guarantee: the same rows with every sealed column they carry opened. */
function asOpened<R extends object>(rows: Record<string, unknown>[]): Opened<R>[] {
  return rows as Opened<R>[];
}

/** Guarantee: made by `indexValue` for this column. */
function asIndex(value: string): BlindIndex {
  return value as BlindIndex;
}
