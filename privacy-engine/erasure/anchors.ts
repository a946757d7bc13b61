import type { ColumnEntry, TableEntry } from '../registry.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** The anchor that is the erasure of the person itself; all others are columns of the row. */
export const closedAnchor = 'account.closed';

/** The column an anchor stands in, null for `closedAnchor`, undefined where the table does not say. */
export function anchorColumn(table: TableEntry, anchor: string): ColumnEntry | null | undefined {
  const key = table.rule.anchors?.[anchor] ?? (anchor === 'row.createdAt' ? 'createdAt' : undefined);
  const column = table.columns.find((candidate) => candidate.key === key);
  if (column === undefined && anchor === closedAnchor) return null;
  return column;
}

/**
 * When a term ends, as SQL. Calendar arithmetic in UTC, whatever the session's time zone. What the term waits for may
 * not have happened yet (a case that is still open); then it counts from the erasure, so that every term has an end.
 * @param closedAt SQL for the instant of the erasure.
 */
export function termEnd(table: TableEntry, anchor: string, duration: string, closedAt: string): string {
  const column = anchorColumn(table, anchor);
  const from = column === null ? closedAt : `coalesce(${anchorSql(table, anchor)}, ${closedAt})`;
  return `((${from}::timestamptz at time zone 'UTC') + interval ${quoteText(duration)}) at time zone 'UTC'`;
}

/** The column an anchor stands in, as SQL. */
export function anchorSql(table: TableEntry, anchor: string): string {
  const column = anchorColumn(table, anchor);
  if (column === undefined || column === null)
    throw new Error(`${table.schema}.${table.name} does not say where ${anchor} stands`);
  return `${quoteName(table.name)}.${quoteName(column.name)}`;
}

/** For comparing terms, never for computing an end. */
export function roughDays(duration: string): number {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const sum = (text: string, unit: string, days: number) =>
    Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0) * days;
  return (
    sum(date, 'Y', 365.25) +
    sum(date, 'M', 365.25 / 12) +
    sum(date, 'D', 1) +
    sum(time, 'H', 1 / 24) +
    sum(time, 'M', 1 / 1440) +
    sum(time, 'S', 1 / 86_400)
  );
}
