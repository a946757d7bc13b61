import { randomBytes } from 'node:crypto';
import { modelJsonBounds } from '../../../kernel/json-members.ts';
import { createObjectScan } from './object-scan.ts';

// What a tool is given holds numbers that are names: ids of 19 digits. A number of JavaScript has 53 bits, so they would
// come out as others. Such numbers travel through the conversion as values of a kind of their own, which no reader takes for
// a text or a number where one belongs. In JSON they have a mark while they are parsed and written, and nowhere else.

/** A number as it was written. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
  toJSON(): string {
    return mark + this.digits;
  }
}

const mark = `number-${randomBytes(16).toString('hex')}:`;
/** Numbers that may lose something, and most texts have none: 16 digits in a row, or an exponent of three. */
const suspicious = /\d{16}|\d[eE]\+?\d{3}/;
const marked = new RegExp(`"${mark}(-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)"`, 'g');
const numberAt = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Like `JSON.parse`, and numbers that it would change can be written again by `stringifyExactly`. @throws SyntaxError */
export function parseExactly(json: string): unknown {
  const text = suspicious.test(json) ? withMarks(json) : json;
  return text === json ? JSON.parse(json) : JSON.parse(text, withoutMark);
}

function withoutMark(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(mark)
    ? new ExactNumber(value.slice(mark.length))
    : value;
}

/** What a tool is given is a text inside a body, whose depth was not looked at. Deeper objects cannot be written again. */
export function parseInput(json: string): unknown {
  const scan = createObjectScan();
  scan.push(json);
  if (scan.depth > modelJsonBounds.depth) throw new SyntaxError('it is nested too deep');
  return parseExactly(json);
}

/** Like `JSON.stringify`, for what `parseExactly` has read. */
export function stringifyExactly(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes(mark) ? json.replace(marked, '$1') : json;
}

function withMarks(json: string): string {
  const out: string[] = [];
  let from = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(json, at + 1);
      continue;
    }
    if (code !== 0x2d && (code < 0x30 || code > 0x39)) {
      at += 1;
      continue;
    }
    numberAt.lastIndex = at;
    const [text] = numberAt.exec(json) ?? [];
    if (text === undefined) {
      at += 1;
      continue;
    }
    if (isChanged(text)) {
      out.push(json.slice(from, at), `"${mark}${text}"`);
      from = at + text.length;
    }
    at += text.length;
  }
  out.push(json.slice(from));
  return out.join('');
}

/** Fractions are measures, in which the seventeenth digit says nothing; whole numbers may be names. */
function isChanged(text: string): boolean {
  const number = Number(text);
  return !Number.isFinite(number) || (/^-?\d+$/.test(text) && !Number.isSafeInteger(number));
}

/** @returns the place behind the closing quote. */
function endOfString(json: string, from: number): number {
  for (let at = from; ; at += 1) {
    const quote = json.indexOf('"', at);
    if (quote === -1) return json.length;
    let backslashes = 0;
    while (json.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote;
  }
}
