import {
  basisText,
  type ColumnEntry,
  describeRetention,
  methodText,
  openTableRows,
  sealedTableOf,
  type Language,
  type Registry,
  type TableEntry,
} from '@candor/privacy';
import { sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { sealingOf } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';

export interface MyDataColumn {
  readonly name: string;
  readonly title: string;
  readonly purposes: string[];
  readonly basis: string[];
  readonly source: string;
  readonly retention: string;
  readonly recipients: string[];
  /** Why the value is not shown, null when it is. */
  readonly withheld: string | null;
}

export interface MyDataItem {
  readonly table: string;
  readonly title: string;
  readonly columns: MyDataColumn[];
  readonly rows: Record<string, string | number | boolean | null>[];
  readonly totalRows: number;
}

export interface MyData {
  readonly generatedAt: Date;
  readonly subject: string;
  readonly categories: { readonly key: string; readonly title: string; readonly items: MyDataItem[] }[];
}

/**
 * What this cloud knows about the person who asks (DRUN-7.1, PIPL 45), as a projection of the registry: nobody can add
 * a personal column and forget it here. The database lets the purpose `rights` see one person's rows only.
 * @param rowsPerTable newest rows shown of each table; null for all of them.
 */
export async function readMyData(
  ctx: Ctx,
  registry: Registry,
  language: Language,
  rowsPerTable: number | null,
): Promise<MyData> {
  authorize(ctx, 'privacy:read-self');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const items = new Map<string, MyDataItem[]>();
    for (const table of registry.tables) {
      const personal = table.columns.filter((column) => column.datum !== null);
      if (personal.length === 0 || table.rule.access['rights']?.includes('select') !== true) continue;
      const item = await readTable(ctx, registry, table, personal, language, rowsPerTable);
      const category = personal[0]?.datum?.collectedFor[0] ?? 'other';
      if (item !== null) items.set(category, [...(items.get(category) ?? []), item]);
    }
    return {
      generatedAt: now(ctx),
      subject: userOf(ctx),
      categories: Object.entries(registry.vocabulary.services).flatMap(([key, title]) => {
        const found = items.get(key);
        return found === undefined ? [] : [{ key, title: title[language], items: found }];
      }),
    };
  });
}

/** One table's part, or null when it holds nothing about the person. */
async function readTable(
  ctx: Ctx,
  registry: Registry,
  table: TableEntry,
  personal: readonly ColumnEntry[],
  language: Language,
  rowsPerTable: number | null,
): Promise<MyDataItem | null> {
  const name = sql`${sql.identifier(table.schema)}.${sql.identifier(table.name)}`;
  const subject = sql.identifier(table.subjectColumn ?? '');
  const mine = sql`${subject} = ${userOf(ctx)}`;
  const counted = await ctx.db.execute<{ count: bigint }>(
    sql`select count(*) as count from ${name} where ${mine}`,
  );
  const totalRows = Number(counted.rows[0]?.count ?? 0n);
  if (totalRows === 0) return null;
  const shown = personal.filter(
    (column) => withheldReason(column) === null && column.datum?.purposes.includes('rights') === true,
  );
  const columns = personal.map((column) => describeColumn(column, registry, language));
  const head = {
    table: `${table.schema}.${table.name}`,
    title: table.rule.title?.[language] ?? table.name,
    columns,
    totalRows,
  };
  if (shown.length === 0) return { ...head, rows: [] };
  const sealed = sealedTableOf(table);
  const read = table.columns.filter(
    (column) => shown.includes(column) || column.key === sealed?.keyKey || column.key === sealed?.subjectKey,
  );
  const selected = sql.join(
    read.map((column) => sql`${sql.identifier(column.name)} as ${sql.identifier(column.key)}`),
    sql`, `,
  );
  const key = sql.identifier(table.keyColumn ?? table.columns[0]?.name ?? '');
  const limit = rowsPerTable === null ? sql`` : sql`limit ${rowsPerTable}`;
  const result = await ctx.db.execute(
    sql`select ${selected} from ${name} where ${mine} order by ${key} desc ${limit}`,
  );
  const instants = new Set(
    result.fields.filter((field) => field.dataTypeID === timestamptzType).map(({ name: column }) => column),
  );
  const opened = sealed === null ? result.rows : await openTableRows(sealingOf(ctx), sealed, result.rows);
  const rows = opened.map((row) =>
    Object.fromEntries(
      shown.map((column) => {
        const value = instants.has(column.key) ? asInstant(row[column.key]) : row[column.key];
        return [column.name, readable(value, column.datum?.export === 'masked')];
      }),
    ),
  );
  return { ...head, rows };
}

/** Number of `timestamp with time zone` in PostgreSQL's catalogue of types. */
const timestamptzType = 1184;

/** Raw statements give instants as PostgreSQL prints them. */
function asInstant(value: unknown): unknown {
  return typeof value === 'string' ? new Date(value) : value;
}

function withheldReason(column: ColumnEntry): string | null {
  const rule = column.datum?.export;
  return typeof rule === 'object' ? rule.no : null;
}

function describeColumn(column: ColumnEntry, registry: Registry, language: Language): MyDataColumn {
  const { datum } = column;
  if (datum === null) throw new Error(`${column.name} is not personal`);
  const { purposes, recipients } = registry.vocabulary;
  const known = datum.purposes
    .filter((purpose) => purpose !== 'rights')
    .flatMap((purpose) => purposes[purpose] ?? []);
  return {
    name: column.name,
    title: datum.title[language],
    purposes: known.map((purpose) => purpose.text[language]),
    basis: [...new Set(known.map((purpose) => basisText(purpose.basis, purpose.cite, language)))],
    source: methodText(datum.source, language),
    retention: describeRetention(datum, registry.vocabulary, language),
    recipients: (datum.to ?? []).map((recipient) => recipients[recipient]?.text[language] ?? recipient),
    withheld: withheldReason(column),
  };
}

/** A value as JSON can carry it; a masked one keeps its last third, four characters at most. */
function readable(value: unknown, isMasked: boolean): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  const text = textOf(value);
  if (!isMasked) return text;
  const kept = Math.min(4, Math.floor(text.length / 3));
  return '*'.repeat(Math.max(4, text.length - kept)) + text.slice(text.length - kept);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
