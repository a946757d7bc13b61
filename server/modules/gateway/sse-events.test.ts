import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlain } from './plain-events.ts';
import {
  countEvents,
  endOfLastEvent,
  readEvent,
  splitEvents,
  withData,
  withoutByteOrderMark,
} from './sse-events.ts';

// The bytes of events against a reader that goes token by token, as the standard is written (WHATWG HTML §9.2.5).

const tokensOf = (text: string) => text.match(/\r\n|\r|\n|[^\r\n]+/g) ?? [];
const isEnding = (token: string) => /[\r\n]/.test(token);

/** Cut behind every blank line. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  let [piece, wasEnding] = ['', false];
  for (const token of tokensOf(text)) {
    piece += token;
    const isBlankLine = wasEnding && isEnding(token);
    wasEnding = isEnding(token) && !isBlankLine;
    if (!isBlankLine) continue;
    pieces.push(piece);
    piece = '';
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** One past the last blank line of which every byte is sure to be here. */
function endOfLastBlankLine(text: string): number {
  let [at, end, wasEnding] = [0, 0, false];
  for (const token of tokensOf(text)) {
    at += token.length;
    const isSure = token !== '\r' || at < text.length;
    if (isEnding(token) && wasEnding && isSure) end = at;
    wasEnding = isEnding(token);
  }
  return end;
}

/** Name and data as a client reads them. */
function read(event: string) {
  let name: string | null = null;
  const data: string[] = [];
  for (const line of event.split(/\r\n|\n|\r/)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'event') name = value;
  }
  return { name, data: data.length === 0 ? null : data.join('\n') };
}

const bytes = fc
  .array(fc.constantFrom('a', 'b:', '\n', '\r', '\r\n', '\n\n'), { maxLength: 14 })
  .map((parts) => parts.join(''));
const lines = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        '',
        'data',
        'event',
        'id',
        'datax',
        'dat',
        'data data data',
        'events of all kinds',
        '你',
      ),
      fc.constantFrom('', ':', ': ', ':  ', '::'),
      fc.constantFrom('', 'x', '{"a":1}', 'e:f ', '你好'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.map((part) => part.join('')));
const ending = fc.constantFrom('\n', '\r', '\r\n');
const runs = { numRuns: 1000 };

test('events are cut behind every blank line, counted, and none is passed on before its blank line is there', () => {
  fc.assert(
    fc.property(bytes, (text) => {
      const buffer = Buffer.from(text);
      expect(splitEvents(buffer).map(String)).toEqual(cut(text));
      expect(countEvents(buffer)).toBe(cut(text).length);
      expect(endOfLastEvent(buffer)).toBe(endOfLastBlankLine(text));
    }),
    runs,
  );
});

test('the name and the data of an event are what a client reads, and its one line of data is known by its place', () => {
  fc.assert(
    fc.property(lines, ending, fc.boolean(), (written, end, endsWell) => {
      const text = written.join(end) + (endsWell ? end + end : '');
      const buffer = Buffer.from(text);
      const { name, data, dataStart } = readEvent(buffer);
      expect({ name, data: data === null ? null : data.toString() }).toEqual(read(text));
      const count = text.split(/\r\n|\n|\r/).filter((line) => /^data(:|$)/.test(line)).length;
      expect(dataStart !== null).toBe(count === 1);
      if (dataStart !== null && data !== null)
        expect(buffer.subarray(dataStart, dataStart + data.length)).toEqual(data);
    }),
    runs,
  );
});

test('an event with other data says the rest as before, and one line of data is changed in its place', () => {
  const changed = Buffer.from('{"你":\n1}');
  fc.assert(
    fc.property(lines, ending, (written, end) => {
      const text = written.join(end) + end + end;
      const event = readEvent(Buffer.from(text));
      fc.pre(event.data !== null && event.data.length > 0);
      const got = withData(Buffer.from(text), event, event.dataStart === null ? changed : Buffer.from('{}'));
      const kept = (all: string) =>
        all.split(/\r\n|\n|\r/).filter((line) => line !== '' && !/^data(:|$)/.test(line));
      expect(kept(got.toString())).toEqual(kept(text));
      expect(got.toString()).toMatch(/(\n\n|\r\r|\r\n\r\n)$/);
      expect(read(got.toString()).data).toBe(event.dataStart === null ? changed.toString() : '{}');
      if (event.dataStart === null) return;
      expect(got.subarray(0, event.dataStart)).toEqual(Buffer.from(text).subarray(0, event.dataStart));
    }),
    runs,
  );
});

test('a byte order mark at the beginning is no part of the stream, and anything else is', () => {
  const of = (text: string) => withoutByteOrderMark(Buffer.from(text)).toString();
  expect([of('\ufeffdata: x'), of('\ufeff'), of('data: x'), of('\ufeff\ufeffx'), of('')]).toEqual([
    'data: x',
    '',
    'data: x',
    '\ufeffx',
    '',
  ]);
  expect(withoutByteOrderMark(Buffer.from([0xef, 0xbb]))).toHaveLength(2);
});

test('only events that are pieces of an answer, and can hold nothing else, are passed on unread', () => {
  const piece = 'data: {"choices":[{"delta":{"content":"x"},"finish_reason":null}],"usage":null}\n\n';
  const isRead = (...events: string[]) => !isPlain(Buffer.from(events.join('')), events.length);
  for (const events of [
    [],
    [piece],
    [piece, piece],
    ['data: {"choices":[{"text":"\\"usage\\":{} \\"error\\" \\"finish_reason\\":\\"stop\\""}]}\n\n'],
    ['data: {"choices":[],"finish_reason":""}\n\n'],
  ])
    expect(isRead(...events), events.join('')).toBe(false);
  const many = '"usage":null,'.repeat(3);
  for (const event of [
    'data: {}\n\n',
    'data: {"choices":[],"error":null}\n\n',
    'data: {"choices":[],"x":"[DONE]"}\n\n',
    'event: x\ndata: {"choices":[]}\n\n',
    'data: {"choices":[],"usage":{}}\n\n',
    `data: {"choices":[],${many}"usage" \t:  {"prompt_tokens":1}}\n\n`,
    'data: {"choices":[{"finish_reason":"stop"}]}\n\n',
    'data: {"choices":[{"finish_reason" : "stop"}]}\n\n',
  ]) {
    expect(isRead(event), event).toBe(true);
    expect(isRead(piece, event, piece), event).toBe(true);
  }
});
