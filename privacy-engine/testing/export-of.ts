import { describeExport, describeRecipients } from '../export/describe-export.ts';
import type { ExportFile, ExportRow } from '../export/export-rows.ts';
import type { RawValue } from '../export/export-value.ts';
import { writeExport } from '../export/write-export.ts';
import type { Registry } from '../registry.ts';
import type { RandomTable } from './random-declarations.ts';

/** The rows of a random table under the names of the database, in batches of two. */
async function* rowsOf(table: RandomTable, emptyBatches: number): AsyncGenerator<ExportRow[]> {
  const rows = table.rows.map((values, number) => ({
    id: `row_${number}`,
    owner_id: 'user_1',
    ...Object.fromEntries(values.map((value, place) => [`c${place}`, asRaw(value)])),
  }));
  for (let start = 0; start < rows.length; start += 2) {
    for (let empty = 0; empty < emptyBatches; empty += 1) yield [];
    yield rows.slice(start, start + 2);
  }
}

/** Guarantee: what the generators of `kinds` make. */
export function asRaw(value: unknown): RawValue {
  return value as RawValue;
}

/** The archive of these rows, as it is delivered. */
export async function exportOf(
  registry: Registry,
  tables: readonly RandomTable[],
  files: readonly ExportFile[] = [],
  emptyBatches = 0,
): Promise<Buffer> {
  const described = describeExport(registry, 'en');
  const archive = writeExport({
    head: {
      serviceName: 'Shop <b>',
      generatedAt: new Date('2026-11-02T03:20:00Z'),
      subject: 'user_1',
      language: 'en',
      policy: { version: 'strict-1', registryHash: registry.hash },
      clock: { name: 'UTC', textOf: (instant) => instant.toISOString() },
    },
    tables: described,
    recipients: describeRecipients(registry, described, 'en'),
    readRows: ({ entry }) =>
      rowsOf(tables[Number(entry.name.slice(1))] ?? { columns: [], rows: [] }, emptyBatches),
    files,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
