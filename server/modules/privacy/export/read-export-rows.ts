import type { ExportRow, ExportTable } from '@candor/privacy-engine';
import type { Ctx } from '../../../kernel/context.ts';
import { findHeldClasses, type HeldClasses } from './held-classes.ts';
import { rowsPerBatch, rowsPerReport } from './limits.ts';
import { allSubjectRows, countSubjectRows, type ReadRows } from './subject-rows.ts';

export interface Progress {
  report(rowsDone: number): Promise<void>;
}

/** How much there is to write, counted in the transaction that will read it. */
export async function countExportRows(ctx: Ctx, tables: readonly ExportTable[]): Promise<CountedRows> {
  const held = await findHeldClasses(ctx);
  const rowsByTable = new Map<string, number>();
  let rowsTotal = 0;
  for (const table of tables) {
    const what = whatToRead(table, held);
    const rows = what.columns.length === 0 ? 0 : await countSubjectRows(ctx, what);
    rowsByTable.set(table.name, rows);
    rowsTotal += rows;
  }
  return { rowsTotal, rowsByTable, held };
}

export interface CountedRows {
  readonly rowsTotal: number;
  readonly rowsByTable: ReadonlyMap<string, number>;
  readonly held: HeldClasses;
}

/**
 * Reads rows for the archive, which asks for each table three times: for the page (the newest only), for data.json and
 * for its CSV file. The second and the third time count as half a row each.
 */
export function rowReader(
  ctx: Ctx,
  { rowsByTable, held }: CountedRows,
  progress: Progress,
): (table: ExportTable) => AsyncGenerator<ExportRow[]> {
  const timesRead = new Map<string, number>();
  let halvesDone = 0;
  let halvesReported = 0;
  return async function* read(table) {
    if (rowsByTable.get(table.name) === 0) return;
    const times = (timesRead.get(table.name) ?? 0) + 1;
    timesRead.set(table.name, times);
    for await (const batch of allSubjectRows(ctx, whatToRead(table, held), rowsPerBatch)) {
      yield batch;
      if (times === 1) continue;
      halvesDone += batch.length;
      if (halvesDone - halvesReported < rowsPerReport) continue;
      halvesReported = halvesDone;
      await progress.report(Math.floor(halvesDone / 2));
    }
  };
}

function whatToRead({ entry, columns }: ExportTable, held: HeldClasses): ReadRows {
  const given = columns.filter((column) => column.given !== 'no').map(({ name }) => name);
  return { table: entry, columns: given, held };
}
