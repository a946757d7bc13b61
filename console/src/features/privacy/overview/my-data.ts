import type { MyData } from '../../../shared/api/entities.ts';
import type { Lifetime } from './lifetimes.ts';

export type Category = MyData['categories'][number];
export type Item = Category['items'][number];
export type Row = Item['rows'][number];

/** The id of a table's part on the page: its name without the dot, which addresses would misread. */
export function anchorOf(table: string): string {
  return table.replace('.', '-');
}

/** The distinct values of a list property over the columns of a table. */
export function distinct(
  item: Item,
  valuesOf: (column: Item['columns'][number]) => readonly string[],
): string[] {
  return [...new Set(item.columns.flatMap((column) => [...valuesOf(column)]))];
}

/** What the picture shows of each table, what goes first on top; one colour per category. */
export function lifetimesOf(data: MyData): Lifetime[] {
  const lifetimes = data.categories.flatMap((category, colorIndex) =>
    category.items.map((item) => ({
      key: anchorOf(item.table),
      title: item.title,
      count: item.totalRows,
      colorIndex,
      firstAt: instantOf(item.goes?.firstAt),
      lastAt: instantOf(item.goes?.lastAt),
      rule: distinct(item, (column) => [column.retention]).join(' · '),
    })),
  );
  const endOf = ({ lastAt }: Lifetime) => lastAt ?? Number.POSITIVE_INFINITY;
  return lifetimes.sort((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(a) - endOf(b)));
}

function instantOf(at: string | undefined): number | null {
  return at === undefined ? null : Date.parse(at);
}

/** The tables in whose name, fields, reasons or shown values the words occur; all of them for no words. */
export function matching(data: MyData, query: string): Category[] {
  if (query === '') return data.categories;
  const wanted = query.toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(wanted);
  return data.categories.flatMap((category) => {
    const items = category.items.filter((item) => isAbout(item, has));
    return items.length === 0 ? [] : [{ ...category, items }];
  });
}

function isAbout(item: Item, has: (text: string) => boolean): boolean {
  if (has(item.title) || has(item.table)) return true;
  const texts = item.columns.flatMap((column) => [
    column.title,
    column.source,
    ...column.purposes,
    ...column.basis,
    ...column.recipients,
  ]);
  const values = item.rows.flatMap((row) => Object.values(row).map(String));
  return [...texts, ...values].some(has);
}
