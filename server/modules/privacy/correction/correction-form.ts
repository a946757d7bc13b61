import {
  type ExportRow,
  type ExportColumn,
  type ExportTable,
  exportValue,
  type Language,
} from '@candor/privacy-engine';
import { type Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { findHeldClasses } from '../export/held-classes.ts';
import { readSubjectRows } from '../export/subject-rows.ts';
import { type Change, type CorrectableTable, describeCorrections } from './correctable.ts';

export interface FormField extends Pick<ExportColumn, 'valueType' | 'words' | 'isMicroYuan'> {
  readonly column: string;
  readonly title: string;
  /** As it stands, null also where it is not shown. */
  readonly value: string | number | boolean | null;
  readonly change: Change;
}

export interface FormRow {
  readonly row: string;
  readonly fields: FormField[];
}

export interface FormTable {
  readonly table: string;
  readonly title: string;
  readonly rows: FormRow[];
}

/** Rows of one table on the form; a person with more API keys than this names them by their list. */
const rowsOnForm = 100;

/** The form of everything a person can correct, generated from the declarations (DRUN-7.2, FC-6.1.1). */
export async function readCorrectionForm(ctx: Ctx, language: Language): Promise<FormTable[]> {
  authorize(ctx, 'privacy:correct-self');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const held = await findHeldClasses(ctx);
    const tables: FormTable[] = [];
    for (const correctable of describeCorrections(ctx, language).filter(hasSomething)) {
      const { table, columns } = correctable;
      const readable = columns.filter(({ column }) => column.given !== 'no').map(({ column }) => column.name);
      const what = { table: table.entry, columns: readable, held };
      const found = await readSubjectRows(ctx, what, { limit: rowsOnForm, before: null });
      const rows = found.map((row) => ({
        row: keyOf(table, row),
        fields: columns.map(({ column, change }) => ({
          column: column.name,
          title: column.title,
          valueType: column.valueType,
          words: column.words,
          isMicroYuan: column.isMicroYuan,
          value: column.given === 'no' ? null : cellOf(exportValue(column, row[column.name])),
          change,
        })),
      }));
      if (rows.length > 0) tables.push({ table: table.name, title: table.title, rows });
    }
    return tables;
  });
}

function hasSomething({ columns }: CorrectableTable): boolean {
  return columns.some(({ change }) => change.kind !== 'no');
}

function keyOf({ entry }: ExportTable, row: ExportRow): string {
  const key = row[entry.keyColumn ?? ''];
  return typeof key === 'string' ? key : '';
}

function cellOf(value: ReturnType<typeof exportValue>): string | number | boolean | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
