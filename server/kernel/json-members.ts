import { setImmediate } from 'node:timers/promises';
import { jsonBytes } from './json-bytes.ts';

/** One member of the outermost object of a JSON text, as byte positions in it. */
export interface JsonMember {
  readonly name: string;
  /** First byte of the name's opening quote. */
  readonly nameStart: number;
  readonly valueStart: number;
  /** One past the last byte of the value. */
  readonly valueEnd: number;
  /** Elements of a list or members of an object; 0 for everything else. */
  readonly elements: number;
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

const { quote, backslash, comma, colon, openBrace, closeBrace, openBracket, closeBracket } = jsonBytes;
/** A name is a word; one of megabytes would be copied and compared. */
const maxNameBytes = 1024;
/** Bytes looked at before other work gets its turn: a few milliseconds at the worst. */
export const sliceBytes = 64 * 1024;
/** Numbers and the three words are short. */
const maxScalarBytes = 400;
/** Each quote inside a string costs a native call, whatever the bytes between. */
const sliceQuotes = 16 * 1024;

/** What a text may hold. The scanner stops at the first byte past a bound, so nothing is built of what is refused. */
export interface JsonBounds {
  /** Members of the outermost object. */
  readonly members: number;
  /** Values in all lists and objects together. */
  readonly items: number;
  readonly depth: number;
}

/** Far above what any request or reply holds; many parsers stop near a thousand levels, some by crashing. */
export const modelJsonBounds: JsonBounds = { members: 256, items: 1_000_000, depth: 200 };

/**
 * Finds the members of the outermost object without building its values, so that a request of megabytes costs
 * milliseconds and its bytes can be forwarded as they came. A name that occurs twice is refused: the parser behind us
 * might believe the other one. What it accepts divides into members the same way for every JSON parser; the inside
 * of values that are not read here is left to their reader to judge.
 * @throws MalformedJson
 */
export function readMembers(json: Buffer, bounds: JsonBounds = modelJsonBounds): Map<string, JsonMember> {
  const scan = scanMembers(json, bounds);
  for (;;) {
    const step = scan.next();
    if (step.done === true) return step.value;
  }
}

/** The same for bodies of any size: other work gets its turn between two slices. @throws MalformedJson */
export async function readMembersInSlices(
  json: Buffer,
  bounds: JsonBounds = modelJsonBounds,
): Promise<Map<string, JsonMember>> {
  const scan = scanMembers(json, bounds);
  for (;;) {
    const step = scan.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}

/** Yields after every slice. */
export function* scanMembers(json: Buffer, bounds: JsonBounds): Generator<void, Map<string, JsonMember>> {
  const members = new Map<string, JsonMember>();
  const count: Count = { items: 0, pauseAt: sliceBytes };
  let at = skipSpace(json, 0);
  if (json[at] !== openBrace) throw new MalformedJson('The body must be a JSON object.');
  at = skipSpace(json, at + 1);
  if (json[at] === closeBrace) return endOf(json, at + 1, members);
  for (;;) {
    if (members.size === bounds.members)
      throw new MalformedJson(`The body must hold at most ${bounds.members} fields.`);
    const member = yield* readMember(json, at, bounds, count);
    if (members.has(member.name)) throw new MalformedJson('A field of the body occurs twice.', member.name);
    members.set(member.name, member);
    at = skipSpace(json, member.valueEnd);
    if (json[at] === closeBrace) return endOf(json, at + 1, members);
    if (json[at] !== comma) throw broken(at);
    at = skipSpace(json, at + 1);
  }
}

interface Count {
  items: number;
  pauseAt: number;
}

/** The value of a member, parsed. @throws MalformedJson */
export function parseMember(json: Buffer, member: JsonMember): unknown {
  return parseText(json.toString('utf8', member.valueStart, member.valueEnd), member.valueStart);
}

function* readMember(
  json: Buffer,
  nameStart: number,
  bounds: JsonBounds,
  count: Count,
): Generator<void, JsonMember> {
  if (json[nameStart] !== quote) throw broken(nameStart);
  const nameEnd = yield* endOfString(json, nameStart);
  if (nameEnd - nameStart > maxNameBytes)
    throw new MalformedJson(`The name of a field must have at most ${maxNameBytes} bytes.`);
  const name = parseText(json.toString('utf8', nameStart, nameEnd), nameStart);
  if (typeof name !== 'string') throw broken(nameStart);
  const separator = skipSpace(json, nameEnd);
  if (json[separator] !== colon) throw broken(separator);
  const valueStart = skipSpace(json, separator + 1);
  const first = json[valueStart];
  if (first === openBrace || first === openBracket) {
    const { end, elements } = yield* endOfNested(json, valueStart, bounds, count);
    return { name, nameStart, valueStart, valueEnd: end, elements };
  }
  const valueEnd = first === quote ? yield* endOfString(json, valueStart) : endOfScalar(json, valueStart);
  return { name, nameStart, valueStart, valueEnd, elements: 0 };
}

/** Walks brackets, commas and strings only: which belong together is all that matters for where the value ends. */
function* endOfNested(
  json: Buffer,
  start: number,
  bounds: JsonBounds,
  count: Count,
): Generator<void, { end: number; elements: number }> {
  const closers: number[] = [];
  let commas = 0;
  let at = start;
  while (at < json.length) {
    if (at >= count.pauseAt) {
      yield;
      count.pauseAt = at + sliceBytes;
    }
    const byte = json[at];
    if (byte === quote) {
      at = seekStringEnd(json, at + 1);
      while (at < 0) {
        yield;
        at = seekStringEnd(json, -at);
      }
      continue;
    }
    if (byte === comma) {
      addItem(bounds, count);
      if (closers.length === 1) commas += 1;
    } else if (byte === openBrace || byte === openBracket) {
      if (closers.length >= bounds.depth)
        throw new MalformedJson(`The body must be nested at most ${bounds.depth} levels deep.`);
      addItem(bounds, count);
      closers.push(byte === openBrace ? closeBrace : closeBracket);
    } else if (byte === closeBrace || byte === closeBracket) {
      if (closers.pop() !== byte) throw broken(at);
      if (closers.length === 0) return { end: at + 1, elements: isEmpty(json, start, at) ? 0 : commas + 1 };
    }
    at += 1;
  }
  throw new MalformedJson('The body ends in the middle.');
}

function addItem(bounds: JsonBounds, count: Count): void {
  count.items += 1;
  if (count.items > bounds.items)
    throw new MalformedJson(`The body must hold at most ${bounds.items} values in its lists and objects.`);
}

function isEmpty(json: Buffer, start: number, end: number): boolean {
  return skipSpace(json, start + 1) === end;
}

/** One past the closing quote. */
function* endOfString(json: Buffer, start: number): Generator<void, number> {
  let end = seekStringEnd(json, start + 1);
  while (end < 0) {
    yield;
    end = seekStringEnd(json, -end);
  }
  return end;
}

/**
 * One past the closing quote, or minus the place to go on from after many quotes. Jumps from quote to quote natively; a
 * quote after an odd number of backslashes is text.
 */
function seekStringEnd(json: Buffer, from: number): number {
  let quotes = 0;
  for (let at = json.indexOf(quote, from); at !== -1; at = json.indexOf(quote, at + 1)) {
    let before = at;
    while (json[before - 1] === backslash && at - before <= sliceBytes) before -= 1;
    withinRun(before, at);
    if ((at - before) % 2 === 0) return at + 1;
    quotes += 1;
    if (quotes === sliceQuotes) return -(at + 1);
  }
  throw new MalformedJson('The body ends in the middle of a string.');
}

function endOfScalar(json: Buffer, start: number): number {
  let end = start;
  while (end - start <= maxScalarBytes && isScalarByte(json[end])) end += 1;
  // What does not parse here would not parse anywhere.
  if (end === start || end - start > maxScalarBytes) throw broken(start);
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
  while (at - start <= sliceBytes && isSpace(json[at])) at += 1;
  return withinRun(start, at);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Runs are walked in one turn, and no text has long ones. */
function withinRun(start: number, end: number): number {
  if (end - start > sliceBytes)
    throw new MalformedJson(`The body must hold at most ${sliceBytes} spaces or backslashes in a row.`);
  return end;
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
