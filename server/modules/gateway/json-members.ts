/** One member of the outermost object of a JSON text, as byte positions in it. */
export interface JsonMember {
  readonly name: string;
  /** First byte of the name's opening quote. */
  readonly nameStart: number;
  readonly valueStart: number;
  /** One past the last byte of the value. */
  readonly valueEnd: number;
}

/** The bytes are not one JSON object whose members can be told apart. */
export class MalformedJson extends Error {
  /** Name of the member that occurs twice, or null. */
  readonly duplicate: string | null;

  constructor(message: string, duplicate: string | null = null) {
    super(message);
    this.name = 'MalformedJson';
    this.duplicate = duplicate;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** Deeper than any request needs; parsers of upstreams stop near a thousand, some by crashing. */
const maxDepth = 200;

/**
 * Finds the members of the outermost object without building its values, so that a request of megabytes costs
 * microseconds and its bytes can be forwarded as they came. A name that occurs twice is refused: the parser behind us
 * might believe the other one. What it accepts divides into members the same way for every JSON parser; the inside
 * of values that nobody here reads is left to the upstream to judge.
 * @throws MalformedJson
 */
export function readMembers(json: Buffer): Map<string, JsonMember> {
  const members = new Map<string, JsonMember>();
  let at = skipSpace(json, 0);
  if (json[at] !== openBrace) throw new MalformedJson('The body must be a JSON object.');
  at = skipSpace(json, at + 1);
  if (json[at] === closeBrace) return endOf(json, at + 1, members);
  for (;;) {
    const member = readMember(json, at);
    if (members.has(member.name)) throw new MalformedJson('A field of the body occurs twice.', member.name);
    members.set(member.name, member);
    at = skipSpace(json, member.valueEnd);
    if (json[at] === closeBrace) return endOf(json, at + 1, members);
    if (json[at] !== comma) throw broken(at);
    at = skipSpace(json, at + 1);
  }
}

/** The value of a member, parsed. @throws MalformedJson */
export function parseMember(json: Buffer, member: JsonMember): unknown {
  return parseText(json.toString('utf8', member.valueStart, member.valueEnd), member.valueStart);
}

function readMember(json: Buffer, nameStart: number): JsonMember {
  if (json[nameStart] !== quote) throw broken(nameStart);
  const nameEnd = endOfString(json, nameStart);
  const name = parseText(json.toString('utf8', nameStart, nameEnd), nameStart);
  if (typeof name !== 'string') throw broken(nameStart);
  const separator = skipSpace(json, nameEnd);
  if (json[separator] !== colon) throw broken(separator);
  const valueStart = skipSpace(json, separator + 1);
  return { name, nameStart, valueStart, valueEnd: endOfValue(json, valueStart) };
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === quote) return endOfString(json, start);
  if (first === openBrace || first === openBracket) return endOfNested(json, start);
  return endOfScalar(json, start);
}

/** Walks brackets and strings only: which of them belong together is all that matters for where the value ends. */
function endOfNested(json: Buffer, start: number): number {
  const closers: number[] = [];
  let at = start;
  while (at < json.length) {
    const byte = json[at];
    if (byte === quote) {
      at = endOfString(json, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) {
      if (closers.length >= maxDepth) throw new MalformedJson('The body is nested too deeply.');
      closers.push(byte === openBrace ? closeBrace : closeBracket);
    } else if (byte === closeBrace || byte === closeBracket) {
      if (closers.pop() !== byte) throw broken(at);
      if (closers.length === 0) return at + 1;
    }
    at += 1;
  }
  throw new MalformedJson('The body ends in the middle.');
}

/** One past the closing quote. Jumps from quote to quote natively; a quote after an odd number of backslashes is text. */
function endOfString(json: Buffer, start: number): number {
  for (let at = json.indexOf(quote, start + 1); at !== -1; at = json.indexOf(quote, at + 1)) {
    let before = at;
    while (json[before - 1] === backslash) before -= 1;
    if ((at - before) % 2 === 0) return at + 1;
  }
  throw new MalformedJson('The body ends in the middle of a string.');
}

function endOfScalar(json: Buffer, start: number): number {
  let end = start;
  while (end < json.length && isScalarByte(json[end])) end += 1;
  // Numbers and the three words are short; what does not parse here would not parse anywhere.
  if (end === start || end - start > 400) throw broken(start);
  parseText(json.toString('latin1', start, end), start);
  return end;
}

/** Digits, signs, point and letters. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x45
  );
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}

function endOf(json: Buffer, start: number, members: Map<string, JsonMember>): Map<string, JsonMember> {
  const at = skipSpace(json, start);
  if (at !== json.length) throw broken(at);
  return members;
}

function parseText(text: string, at: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw broken(at);
  }
}

function broken(at: number): MalformedJson {
  return new MalformedJson(`We could not parse the JSON body of your request (at byte ${at}).`);
}
