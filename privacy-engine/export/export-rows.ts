import type { Language } from '../describe-retention.ts';
import type { JsonValue } from '../sealing/sealed-value.ts';
import { type ExportRecipient, type ExportTable, givenColumns } from './describe-export.ts';
import { keyColumnOf } from './export-schema.ts';
import { exportValue, type RawValue } from './export-value.ts';

/** One row by column name, opened; other columns than the described ones are ignored. */
export type ExportRow = Readonly<Record<string, RawValue>>;

export interface ExportHead {
  readonly serviceName: string;
  readonly generatedAt: Date;
  readonly subject: string;
  readonly language: Language;
  readonly policy: { readonly version: string; readonly registryHash: string };
  /** How people read an instant: the same clock as everywhere else in the product, with its name. */
  readonly clock: { readonly name: string; readonly textOf: (instant: Date) => string };
}

/** A file beside the tables: a receipt, a history in words. */
export interface ExportFile {
  readonly name: string;
  readonly title: string;
  readonly content: () => AsyncIterable<string | Uint8Array>;
}

export interface ExportInput {
  readonly head: ExportHead;
  readonly tables: readonly ExportTable[];
  readonly recipients: readonly ExportRecipient[];
  /** Batches of rows, newest first. Called once per file, and must give the same rows each time. */
  readonly readRows: (table: ExportTable) => AsyncIterable<readonly ExportRow[]>;
  readonly files: readonly ExportFile[];
}

/** Name of a table's file in the archive. */
export function tableFileName(table: ExportTable): string {
  return `tables/${table.name}.csv`;
}

/** A table of which nothing is given has no file; its columns are in data.json with the reasons. */
export function hasFile(table: ExportTable): boolean {
  return givenColumns(table).length > 0;
}

/** Names of the fields of a row, the row's own identifier first. */
export function fieldsOf(table: ExportTable): string[] {
  const key = keyColumnOf(table);
  return [...(key === null ? [] : [key]), ...givenColumns(table).map(({ name }) => name)];
}

/** Batches of rows as the files hold them: name and value, in the order of the fields. */
export async function* rowsOf(
  table: ExportTable,
  readRows: ExportInput['readRows'],
): AsyncGenerator<(readonly [string, JsonValue])[][]> {
  if (!hasFile(table)) return;
  const key = keyColumnOf(table);
  const given = givenColumns(table);
  for await (const batch of readRows(table)) {
    yield batch.map((row) => [
      ...(key === null ? [] : [[key, exportValue(keyFacts, row[key])] as const]),
      ...given.map((column) => [column.name, exportValue(column, row[column.name])] as const),
    ]);
  }
}

const keyFacts = { valueType: 'text', given: 'yes' } as const;
