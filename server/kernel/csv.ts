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

/** Sends lines as they are read, as a file to save. */
export function sendCsv(reply: FastifyReply, fileName: string, lines: AsyncGenerator<string>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(lines));
}
