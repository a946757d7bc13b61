import {
  describeExport,
  type ExportColumn,
  type ExportRow,
  type ExportTable,
  exportValue,
  type Language,
} from '@candor/privacy-engine';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { listStaffReads } from '../audit/index.ts';
import { findHeldClasses, type HeldClasses } from './export/held-classes.ts';
import { claimAddressedRows } from './addressed/claim-rows.ts';
import { findWhenRowsGo, type Goes } from './when-rows-go.ts';
import { countSubjectRows, type ReadRows, readSubjectRows } from './export/subject-rows.ts';

export type Cell = string | number | boolean | null;

export interface MyDataColumn {
  readonly name: string;
  readonly title: string;
  readonly category: string;
  readonly isSensitive: boolean;
  readonly purposes: string[];
  readonly basis: string[];
  readonly source: string;
  readonly retention: string;
  readonly recipients: string[];
  readonly isMasked: boolean;
  readonly valueType: ExportColumn['valueType'];
  readonly words: Readonly<Record<string, string>> | null;
  readonly isMicroYuan: boolean;
  /** Why the value is not shown, null when it is. */
  readonly withheld: string | null;
}

/** How often staff looked, and when last: the log itself is read elsewhere. */
export interface Looks {
  readonly count: number;
  readonly lastAt: Date | null;
}

export interface MyDataItem {
  readonly table: string;
  readonly title: string;
  readonly columns: MyDataColumn[];
  readonly rows: Record<string, Cell>[];
  readonly totalRows: number;
  /** For the rows after these, see `readMyRows`. */
  readonly nextCursor: string | null;
  readonly looks: Looks;
  /** When the oldest and the newest row go; null where that depends on something else than their age. */
  readonly goes: Goes | null;
}

export interface MyDataCategory {
  readonly key: string;
  readonly title: string;
  readonly items: MyDataItem[];
  readonly recipients: string[];
  readonly retention: string[];
  readonly looks: Looks;
}

export interface MyData {
  readonly generatedAt: Date;
  readonly subject: string;
  readonly categories: MyDataCategory[];
}

/** Newest looks of staff that are counted on the page. */
const looksCounted = 200;

/**
 * What this cloud knows about the requester (DRUN-7.1, PIPL 45), as a projection of the registry: no developer can add
 * a personal column and forget it here. The database lets the purpose `rights` see one person's rows only.
 */
export async function readMyData(ctx: Ctx, language: Language, rowsPerTable: number): Promise<MyData> {
  authorize(ctx, 'privacy:read-self');
  await claimAddressedRows(ctx, userOf(ctx), { areUnprovenIncluded: false });
  return inTransaction(ctx, 'rights', async (ctx) => {
    const held = await findHeldClasses(ctx);
    const looksAt = await readLooks(ctx);
    const items = new Map<string, MyDataItem[]>();
    for (const table of describeExport(ctx.product.registry, language)) {
      const totalRows = await countSubjectRows(ctx, whatToRead(table, held));
      if (totalRows === 0) continue;
      const page = await readPage(ctx, table, held, { limit: rowsPerTable, before: null });
      const goes = await findWhenRowsGo(ctx, table.entry);
      const item = { ...headOf(table), ...page, totalRows, goes, looks: looksAt([table.name]) };
      const service = serviceOf(table);
      items.set(service, [...(items.get(service) ?? []), item]);
    }
    const categories = Object.entries(ctx.product.registry.vocabulary.services).flatMap(([key, title]) => {
      const found = items.get(key);
      return found === undefined ? [] : [categoryOf(key, title[language], found, looksAt)];
    });
    return { generatedAt: now(ctx), subject: userOf(ctx), categories };
  });
}

/** More rows of one table, newest first. @throws `kernel.not_found` for a table that holds nothing about persons */
export async function readMyRows(
  ctx: Ctx,
  query: { table: string; lang: Language; limit: number; cursor?: string | undefined },
): Promise<{ items: Record<string, Cell>[]; nextCursor: string | null }> {
  authorize(ctx, 'privacy:read-self');
  const table = describeExport(ctx.product.registry, query.lang).find(({ name }) => name === query.table);
  if (table === undefined) throw notFound();
  return inTransaction(ctx, 'rights', async (ctx) => {
    const before = query.cursor ?? null;
    const held = await findHeldClasses(ctx);
    const { rows, nextCursor } = await readPage(ctx, table, held, { limit: query.limit, before });
    return { items: rows, nextCursor };
  });
}

async function readPage(
  ctx: Ctx,
  table: ExportTable,
  held: HeldClasses,
  { limit, before }: { limit: number; before: string | null },
): Promise<{ rows: Record<string, Cell>[]; nextCursor: string | null }> {
  const what = whatToRead(table, held);
  if (what.columns.length === 0) return { rows: [], nextCursor: null };
  // One row more than asked for: its presence says that there is a next page.
  const found = await readSubjectRows(ctx, what, { limit: limit + 1, before });
  const shown = found.slice(0, limit);
  const last = shown.at(-1)?.[table.entry.keyColumn ?? ''];
  const hasMore = found.length > limit && (typeof last === 'string' || typeof last === 'bigint');
  return { rows: shown.map((row) => cellsOf(table, row)), nextCursor: hasMore ? String(last) : null };
}

function cellsOf({ columns }: ExportTable, row: ExportRow): Record<string, Cell> {
  const given = columns.filter((column) => column.given !== 'no');
  return Object.fromEntries(given.map((column) => [column.name, cellOf(column, row[column.name])]));
}

function cellOf(column: ExportColumn, raw: ExportRow[string]): Cell {
  const value = exportValue(column, raw);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function whatToRead({ entry, columns }: ExportTable, held: HeldClasses): ReadRows {
  const given = columns.filter((column) => column.given !== 'no').map(({ name }) => name);
  return { table: entry, columns: given, held };
}

function headOf({ name, title, columns, entry }: ExportTable) {
  // A look-up value is the datum beside it in another form; the copy to take along names it.
  const lookUps = new Set(
    entry.columns.filter(({ atRest }) => atRest === 'index').map((column) => column.name),
  );
  const shown = columns.filter((column) => !lookUps.has(column.name));
  return { table: name, title, columns: shown.map(describeColumn) };
}

function describeColumn(column: ExportColumn): MyDataColumn {
  const { name, title, category, isSensitive, source, retention, reason } = column;
  return {
    name,
    title,
    category,
    isSensitive,
    purposes: [...column.purposes],
    basis: [...column.basis],
    source,
    retention,
    recipients: [...column.recipients],
    isMasked: column.given === 'masked',
    valueType: column.valueType,
    words: column.words,
    isMicroYuan: column.isMicroYuan,
    withheld: reason,
  };
}

/** The group of the collection list a table is shown under: that of its first personal column. */
function serviceOf({ entry }: ExportTable): string {
  return entry.columns.find(({ datum }) => datum !== null)?.datum?.collectedFor[0] ?? '';
}

function categoryOf(
  key: string,
  title: string,
  items: MyDataItem[],
  looksAt: (tables: readonly string[]) => Looks,
): MyDataCategory {
  const columns = items.flatMap((item) => item.columns);
  return {
    key,
    title,
    items,
    recipients: [...new Set(columns.flatMap(({ recipients }) => recipients))],
    retention: [...new Set(columns.map(({ retention }) => retention))],
    looks: looksAt(items.map(({ table }) => table)),
  };
}

/** Who of the staff looked, by what they looked at. */
async function readLooks(ctx: Ctx): Promise<(tables: readonly string[]) => Looks> {
  const { items } = await listStaffReads(ctx, { limit: looksCounted });
  return (tables) => {
    const found = items.filter(({ what }) =>
      what.some((place) => tables.some((table) => place.startsWith(`${table}.`))),
    );
    return { count: found.length, lastAt: found[0]?.createdAt ?? null };
  };
}
