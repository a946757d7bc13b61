import type { KeyClass } from '../declaration-types.ts';
import type { KeyVault } from '../vault/key-vault.ts';
import { blindIndex } from './blind-index.ts';
import { type Cell, fromSealedText, keyVersionOf, neverSealed, toSealedText } from './envelope.ts';
import { openAll, type OnUnreadable, sealAll, type ValueToOpen, type ValueToSeal } from './seal-batch.ts';
import { SealError } from './seal-error.ts';
import type { JsonValue, SealedType } from './sealed-value.ts';

declare const sealedBrand: unique symbol;
declare const indexBrand: unique symbol;

/** A sealed value as it stands in a column. Only this file makes one, so a plain value cannot be stored by mistake. */
export type Sealed<V> = string & { readonly [sealedBrand]: V };
/** The keyed index of a value, for comparing. Only this file makes one. */
export type BlindIndex = string & { readonly [indexBrand]: true };

/** A row as verbs see it: plain values where the table holds sealed ones. */
export type Opened<Row> = {
  [K in keyof Row]: Row[K] extends BlindIndex | null | undefined ? Row[K] : PlainValue<Row[K]>;
};
/** A row as verbs write it: the look-up columns are computed. */
export type Plain<Row> = {
  [K in keyof Row as NonNullable<Row[K]> extends BlindIndex ? never : K]: PlainValue<Row[K]>;
};
type PlainValue<V> = V extends Sealed<infer P> ? P : V;

/** Which columns of a table are sealed and which find equal values; `key` is the name in TypeScript. */
export interface SealedTable {
  /** `schema.table`, part of what is sealed. */
  readonly name: string;
  readonly keyKey: string;
  readonly subjectKey: string;
  readonly columns: readonly SealedColumn[];
  readonly indexes: readonly IndexColumn[];
}

export interface IndexColumn {
  readonly key: string;
  /** Key of the sealed column whose values it finds. */
  readonly of: string;
  readonly column: string;
  /** What is compared instead of the value itself, null for the value. */
  readonly form: ((value: string) => string) | null;
}

export interface SealedColumn {
  readonly key: string;
  /** Name in PostgreSQL, part of what is sealed. */
  readonly column: string;
  readonly type: SealedType;
  readonly keyClass: KeyClass;
  readonly isNullable: boolean;
}

export interface Sealing {
  readonly vault: KeyVault;
  /** Whose key seals a row whose person is not known (yet): derived from the id of the row. */
  readonly unknownSubject: (rowId: string) => string;
  /** Takes note of a cell that does not open, which then reads as erased. Without it, reading the rows fails. */
  readonly onUnreadable?: OnUnreadable;
}

type AnyRow = Readonly<Record<string, unknown>>;

/** Seals the columns of rows that are about to be written and computes their look-up columns. Other columns pass. */
export async function sealTableRows(
  sealing: Sealing,
  table: SealedTable,
  rows: readonly AnyRow[],
): Promise<Record<string, unknown>[]> {
  const copies = rows.map(copyOf);
  const values: ValueToSeal[] = [];
  const places: { copy: Record<string, unknown>; key: string }[] = [];
  for (const { row, copy } of copies) {
    for (const column of table.columns) {
      const value = row[column.key];
      if (value === undefined || value === null) continue;
      values.push(valueToSeal(column, value, cellOf(sealing, table, column, row)));
      places.push({ copy, key: column.key });
    }
  }
  const envelopes = await sealAll(sealing.vault, values);
  for (const [index, { copy, key }] of places.entries()) {
    const envelope = envelopes[index];
    if (envelope !== undefined) copy[key] = toSealedText(envelope);
  }
  for (const index of table.indexes) {
    for (const { row, copy } of copies) {
      const value = row[index.of];
      if (value === undefined) continue;
      copy[index.key] = value === null ? null : await indexValue(sealing.vault, table, index, asText(value));
    }
  }
  return copies.map(({ copy }) => copy);
}

/**
 * Opens the sealed columns that rows carry. Where the key was destroyed the value is null, or '' where the column
 * cannot be null: the datum is erased, whatever backup the row came from. A damaged cell reads the same where
 * `onUnreadable` takes note of it.
 * @throws SealError `row-incomplete` for rows without their key or subject.
 */
export async function openTableRows(
  sealing: Sealing,
  table: SealedTable,
  rows: readonly AnyRow[],
): Promise<Record<string, unknown>[]> {
  const copies = rows.map(copyOf);
  const values: ValueToOpen[] = [];
  const places: { row: AnyRow; copy: Record<string, unknown>; column: SealedColumn }[] = [];
  for (const { row, copy } of copies) {
    for (const column of table.columns) {
      const value = row[column.key];
      if (value === undefined || value === null) continue;
      const cell = cellOf(sealing, table, column, row);
      places.push({ row, copy, column });
      values.push({ type: column.type, envelope: envelopeOf(sealing, asText(value), cell), cell });
    }
  }
  const plain: readonly unknown[] = await openAll(sealing.vault, values, sealing.onUnreadable);
  for (const [index, { row, copy, column }] of places.entries()) {
    const value = plain[index];
    const isErased = value === undefined || !(await isLookUpOf(sealing, table, column, value, row));
    copy[column.key] = isErased ? erasedValue(column) : value;
  }
  return copies.map(({ copy }) => copy);
}

function copyOf(row: AnyRow): { readonly row: AnyRow; readonly copy: Record<string, unknown> } {
  return { row, copy: { ...row } };
}

/**
 * Whether a value stands beside its own look-up value, where the row carries one. The look-up value follows from the
 * value and a key of the vault, so comparing binds the two without a word of either in the seal of the other.
 */
async function isLookUpOf(
  sealing: Sealing,
  table: SealedTable,
  column: SealedColumn,
  value: unknown,
  row: AnyRow,
): Promise<boolean> {
  const carried = table.indexes.filter(({ of, key }) => of === column.key && row[key] !== undefined);
  const own = await Promise.all(
    carried.map((index) => indexValue(sealing.vault, table, index, asText(value))),
  );
  if (carried.every(({ key }, place) => row[key] === own[place])) return true;
  const error = new SealError(
    'other-index',
    `A value of ${table.name}.${column.column} stands beside the look-up value of another`,
  );
  if (sealing.onUnreadable === undefined) throw error;
  sealing.onUnreadable(cellOf(sealing, table, column, row), error);
  return false;
}

/** What stands in a look-up column beside a value. The caller has normalised it. */
export async function indexValue(
  vault: KeyVault,
  table: Pick<SealedTable, 'name'>,
  { column, form }: IndexColumn,
  normalisedValue: string,
): Promise<string> {
  const key = await vault.blindIndexKey('lookup');
  const compared = form === null ? normalisedValue : form(normalisedValue);
  return blindIndex(key, table.name, column, compared).toString('base64url');
}

/** Text that is no envelope is a damaged cell too. */
function envelopeOf({ onUnreadable }: Sealing, text: string, cell: Cell): Buffer {
  try {
    const envelope = fromSealedText(text);
    keyVersionOf(envelope);
    return envelope;
  } catch (error) {
    if (onUnreadable === undefined || !(error instanceof SealError)) throw error;
    onUnreadable(cell, error);
    return neverSealed();
  }
}

function erasedValue(column: SealedColumn): string | null {
  return column.isNullable || column.type !== 'text' ? null : '';
}

function cellOf(sealing: Sealing, table: SealedTable, column: SealedColumn, row: AnyRow): Cell {
  const id = row[table.keyKey];
  const subject = row[table.subjectKey];
  if (typeof id !== 'string' || subject === undefined) {
    throw new SealError(
      'row-incomplete',
      `A row of ${table.name} must carry ${table.keyKey} and ${table.subjectKey}`,
    );
  }
  return {
    table: table.name,
    column: column.column,
    row: id,
    subject: subject === null ? sealing.unknownSubject(id) : asText(subject),
    keyClass: column.keyClass,
  };
}

/** The type of the column and of the value were declared together. */
function valueToSeal(column: SealedColumn, value: unknown, cell: Cell): ValueToSeal {
  if (column.type === 'text') return { type: 'text', value: asText(value), cell };
  return { type: 'json', value: asJson(value), cell };
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new SealError('not-sealable', 'The value is no text');
  return value;
}

/** Guarantee: `sealAll` refuses what is no JSON. */
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}
