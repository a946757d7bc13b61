import type { JsonValue } from '../sealing/sealed-value.ts';

/** Excel takes a file without a byte order mark for the local code page and garbles Chinese. */
export const csvStart = '\uFEFF';

/**
 * Texts a spreadsheet would run as a formula, full-width signs included, also behind spaces. A text that already
 * begins with the guard belongs to them, so that taking one guard away always gives the text back.
 */
const looksLikeFormula = /^'*\s*[=+\-@＝＋－＠]|^'*[\t\r\n]/;

/** One line of a CSV file (RFC 4180). Texts stand in quotes, numbers do not, nothing at all is null. */
export function csvLine(cells: readonly JsonValue[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${guardText(text).replaceAll('"', '""')}"`;
}

/** The text with a mark before it that makes spreadsheets take it for text. */
export function guardText(text: string): string {
  return looksLikeFormula.test(text) ? `'${text}` : text;
}

/** What `guardText` was given. */
export function unguardText(text: string): string {
  return text.startsWith("'") && looksLikeFormula.test(text) ? text.slice(1) : text;
}
