import { guardText, type LocalisedText } from '@candor/privacy-engine';
import { clockText } from './clock-text.ts';

/** A number already written out, such as an amount of money: it goes into the file as it is. */
export interface CsvNumber {
  readonly number: string;
}
/** An instant is written on the clock people read, which the header of its column names. */
export type CsvCell = string | CsvNumber | Date | null;

/** Excel takes a file without a byte order mark for the local code page and garbles Chinese. */
const csvStart = '\uFEFF';

/** A word as the headers have theirs: `Time 时间`. */
export function inBothLanguages(text: LocalisedText): string {
  return `${text.en} ${text.zh}`;
}

/** The word for a code; a code without words stands as it is. */
export function wordInBothLanguages(
  words: Readonly<Partial<Record<string, LocalisedText>>>,
  code: string,
): string {
  const text = words[code];
  return text === undefined ? code : inBothLanguages(text);
}

/** One line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return clockText(cell);
  if (typeof cell !== 'string') return cell.number;
  const text = guardText(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The page after a cursor, in a transaction of its own: a slow client holds no connection of the database. */
type ReadPage<Item> = (page: {
  limit: number;
  cursor?: string;
}) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>;

export interface CsvPages<Item> {
  readonly header: readonly string[];
  readonly readPage: ReadPage<Item>;
  /** The lines of an item. */
  readonly lines: (item: Item) => readonly (readonly CsvCell[])[];
}

const rowsPerRead = 2000;

/** A list of any length as CSV. */
export async function* csvOfPages<Item>({ header, readPage, lines }: CsvPages<Item>): AsyncGenerator<string> {
  const start = csvStart + csvLine(header);
  for await (const { items, isFirst } of pagesOf(readPage))
    yield (isFirst ? start : '') + items.flatMap(lines).map(csvLine).join('');
}

/** A list of any length as JSON, one row a line. */
export async function* jsonLinesOfPages<Item>(
  readPage: ReadPage<Item>,
  encode: (item: Item) => unknown,
): AsyncGenerator<string> {
  for await (const { items } of pagesOf(readPage))
    yield items.map((item) => `${JSON.stringify(encode(item))}\n`).join('');
}

/** In constant memory: the next page is read when the last one was taken. */
async function* pagesOf<Item>(
  readPage: ReadPage<Item>,
): AsyncGenerator<{ readonly items: readonly Item[]; readonly isFirst: boolean }> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await readPage({ limit: rowsPerRead, ...(cursor === undefined ? {} : { cursor }) });
    yield { items: page.items, isFirst: cursor === undefined };
    cursor = page.nextCursor;
  }
}
