import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A number already written out, such as an amount of money: it goes into the file as it is. */
export interface CsvNumber {
  readonly number: string;
}
export type CsvCell = string | CsvNumber | null;

/** Excel takes a file without a byte order mark for the local code page and garbles Chinese. */
export const csvStart = '\uFEFF';

/** One line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return cell.number;
  // A spreadsheet would run a text that begins like a formula, so it gets a mark that makes it text.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface CsvPages<Item> {
  readonly header: readonly string[];
  /** The page after a cursor, in a transaction of its own: a slow client holds no connection of the database. */
  readonly readPage: (page: {
    limit: number;
    cursor?: string;
  }) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>;
  readonly cells: (item: Item) => readonly CsvCell[];
}

const rowsPerRead = 2000;

/** A list of any length as CSV in constant memory: the next page is read when the client has taken the last one. */
export async function* csvOfPages<Item>({ header, readPage, cells }: CsvPages<Item>): AsyncGenerator<string> {
  yield csvStart + csvLine(header);
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await readPage({ limit: rowsPerRead, ...(cursor === undefined ? {} : { cursor }) });
    if (page.items.length > 0) yield page.items.map((item) => csvLine(cells(item))).join('');
    cursor = page.nextCursor;
  }
}

/** Sends lines as they are read, as a file to save. */
export function sendCsv(reply: FastifyReply, fileName: string, lines: AsyncGenerator<string>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(lines, { highWaterMark: 1 }));
}
