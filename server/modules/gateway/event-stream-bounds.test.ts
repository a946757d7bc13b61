import { expect, test } from 'vitest';
import { createEventStream } from './event-stream.ts';
import { textUsage } from './usage.ts';

// What is held back, what is passed on, when an answer ends, and how much of it stays in memory.

const names = { modelId: 'm', upstreamModel: 'vendor/m', secrets: [] };

function aStream(options: Partial<Parameters<typeof createEventStream>[0]> = {}) {
  const all = { ...names, wantsUsage: false, continuousUsage: false, choices: 1, ...options };
  const stream = createEventStream(all);
  const push = (...events: string[]) => stream.push(Buffer.from(events.join(''))).toString();
  return { stream, push, end: () => stream.end().toString() };
}

const event = (json: object | string) =>
  `data: ${typeof json === 'string' ? json : JSON.stringify(json)}\n\n`;
const text = (content: string, index = 0) => event({ choices: [{ index, delta: { content } }] });
const role = event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
const finish = (index?: number) => event({ choices: [{ index, delta: {}, finish_reason: 'stop' }] });
const report = (read: number, written: number) => ({ prompt_tokens: read, completion_tokens: written });
const usage = (read: number, written: number) => event({ choices: [], usage: report(read, written) });
const done = event('[DONE]');
const sized = (bytes: number) => text('x'.repeat(bytes - text('').length));

test('what comes before the first text is held back and goes out with it, comments and pings never do', () => {
  const { push, stream } = aStream();
  expect(push(': hello\n\n', role, event({ type: 'ping' }), event('nonsense'), event('[1]'))).toBe('');
  expect([stream.hasContent, stream.tokensSoFar]).toEqual([false, 1]);
  expect(push(text('a'))).toBe(role + text('a'));
  expect([stream.hasContent, stream.tokensSoFar]).toEqual([true, 2]);
  expect(push(': still here\n\n', text('b')), 'a comment keeps the connection of the client open').toBe(
    `: still here\n\n${text('b')}`,
  );
  expect(push(event({ type: 'ping' }), text('c'))).toBe(text('c'));
  expect(stream.tokensSoFar).toBe(5);
});

test('a megabyte before the first text is no answer', () => {
  const { push } = aStream();
  const large = role
    .replace('\n\n', '')
    .padEnd(64 * 1024 - 2)
    .concat('\n\n');
  for (let count = 0; count < 16; count += 1) expect(push(large)).toBe('');
  expect(() => push(role)).toThrow('without content');
});

test('an event of more than 33 MiB is none, and the bytes of the events before it do not count', () => {
  const { push, stream } = aStream();
  const most = 33 * 1024 * 1024;
  push(text('a'));
  stream.push(Buffer.concat([Buffer.from(text('b')), Buffer.alloc(most, 'x')]));
  expect(() => stream.push(Buffer.from('x'))).toThrow('too large');
});

test('an answer ends when all its choices have finished, and its usage may still follow', () => {
  const two = aStream({ choices: 2 });
  two.push(text('a'), text('b', 1), finish(1), event({ choices: [{ index: 0, finish_reason: '' }] }));
  expect([two.stream.phase, two.stream.isWhole], 'one has not finished').toEqual(['open', true]);
  two.push(finish(1));
  expect(two.stream.phase, 'nor has it now').toBe('open');
  two.push(finish());
  expect(two.stream.phase, 'a choice without a number is the first').toBe('ending');
  expect(two.push(usage(3, 2))).toBe('');
  expect([two.stream.phase, two.stream.usage]).toEqual(['ended', textUsage(3, 2)]);
  expect([two.push(text('after'), usage(3, 9)), two.stream.usage]).toEqual(['', textUsage(3, 2)]);
});

test('usage in the event that finishes is no end, one before the finish is none either, and [DONE] always is', () => {
  const together = aStream();
  together.push(text('a'), event({ choices: [{ index: 0, finish_reason: 'stop' }], usage: report(3, 2) }));
  expect(together.stream.phase).toBe('ending');
  const early = aStream();
  early.push(text('a'), usage(3, 2));
  expect([early.stream.phase, early.stream.isWhole]).toEqual(['open', true]);
  early.push(finish());
  expect(early.stream.phase).toBe('ending');
  const over = aStream({ choices: 2 });
  expect(over.push(text('a'), 'data:  [DONE] \n\n', text('after'))).toBe(text('a'));
  expect([over.stream.phase, over.stream.isWhole]).toEqual(['ended', true]);
  expect(over.push(text('later'))).toBe('');
});

test('text alone is not yet an answer', () => {
  const { push, stream } = aStream();
  push(text('a'));
  expect([stream.isWhole, stream.phase]).toEqual([false, 'open']);
});

test('of several reports the one of most tokens counts, and the later of two that are equal', () => {
  const { push, stream } = aStream();
  push(text('a'), usage(3, 9), usage(3, 2));
  expect(stream.usage).toEqual(textUsage(3, 9));
  push(usage(4, 8));
  expect(stream.usage).toEqual(textUsage(4, 8));
});

test('a client reads the usage event only if it asked for it, and usage so far only where its upstream was not made to send it', () => {
  const soFar = (usage: object | null) => event({ choices: [{ index: 0, delta: { content: 'a' } }], usage });
  for (const [wantsUsage, continuousUsage, expected] of [
    [false, false, soFar(report(3, 1))],
    [true, false, soFar(report(3, 1)) + usage(3, 2)],
    [false, true, soFar(null)],
    [true, true, soFar(null) + usage(3, 2)],
  ] as const) {
    const { push, stream } = aStream({ wantsUsage, continuousUsage });
    expect(push(soFar(report(3, 1)), usage(3, 2))).toBe(expected);
    expect(stream.usage).toEqual(textUsage(3, 2));
  }
});

test('a last report of nothing written is none where text was, and is one where none was', () => {
  const { push, stream } = aStream({ wantsUsage: true });
  expect(push(text('abc'), usage(3, 0))).toBe(text('abc'));
  expect(stream.usage).toBeNull();
  expect(
    push(event({ choices: [{ index: 0, delta: { content: 'd' } }], usage: report(3, 0) })),
    'so far',
  ).toBe(event({ choices: [{ index: 0, delta: { content: 'd' } }], usage: report(3, 0) }));
  const silent = aStream({ wantsUsage: true });
  silent.push(role, finish(), usage(3, 0));
  expect(silent.stream.usage).toEqual(textUsage(3, 0));
});

test('after an error nothing is passed on; before the first text it is the end, later its cost may still be reported', () => {
  const error = event({ error: { message: 'x' } });
  const early = aStream();
  expect([early.push(role, error), early.stream.phase]).toEqual(['', 'ended']);
  expect([early.push(text('a')), early.end(), early.stream.usage]).toEqual(['', '', null]);
  const late = aStream();
  expect(late.push(text('a'), error, text('b'))).toBe(text('a'));
  expect(late.stream.phase).toBe('ending');
  expect([late.push(text('c')), late.push(usage(3, 2)), late.stream.usage]).toEqual([
    '',
    '',
    textUsage(3, 2),
  ]);
  expect(late.end()).toBe('');
});

test('words that are no event are dropped before the first text, and a failure after it', () => {
  const { push, stream } = aStream();
  expect([push(event('words'), text('a')), stream.phase]).toEqual([text('a'), 'open']);
  expect([push(event('words'), text('b')), stream.phase]).toEqual(['', 'ending']);
});

test('the last event needs no blank line, half an event is none, and a finished answer without text goes out at the end', () => {
  const left = aStream();
  expect(left.push(text('a').trimEnd())).toBe('');
  expect(left.end()).toBe(text('a'));
  const marked = aStream();
  marked.push(`\ufeff${text('a').trimEnd()}`);
  expect(marked.end()).toBe(text('a'));
  const last = aStream();
  last.push(text('a') + done.trimEnd());
  expect([last.end(), last.stream.phase]).toEqual(['', 'ended']);
  const half = aStream();
  half.push(text('a') + text('b').slice(0, 20));
  expect([half.end(), half.stream.isWhole]).toEqual(['', false]);
  const empty = aStream();
  expect(empty.push(role, finish())).toBe('');
  expect(empty.end()).toBe(role + finish());
  const open = aStream();
  open.push(role);
  expect(open.end(), 'it was cut off').toBe('');
  expect(aStream().end()).toBe('');
});

test('a byte order mark is taken away at the beginning alone', () => {
  const { push } = aStream();
  expect(push(`\ufeff${text('a')}`)).toBe(text('a'));
  expect(push(`\ufeff${text('b')}`)).toBe(`\ufeff${text('b')}`);
});

test('a blank line may be cut anywhere, and an event may come byte by byte', () => {
  for (const end of ['\n\n', '\r\n\r\n', '\r\r']) {
    const { stream, push } = aStream();
    const bytes = Buffer.from(text('x'.repeat(3000)).replace('\n\n', end) + text('b').replace('\n\n', end));
    const out = Array.from(bytes, (byte) => stream.push(Buffer.from([byte])).toString()).join('');
    expect(out + push(text('c'))).toBe(bytes.toString() + text('c'));
  }
});

test('for an estimate the first 256 KiB are kept, in whole events, and all bytes are counted', () => {
  const { push, stream } = aStream();
  for (let count = 0; count < 3; count += 1) push(sized(128 * 1024));
  expect(stream.sample).toMatchObject({ sampleBytes: 256 * 1024, totalBytes: 384 * 1024 });
  expect(stream.sample.parts).toHaveLength(2);
  const other = aStream();
  for (let count = 0; count < 4; count += 1) other.push(sized(100 * 1024));
  expect(other.stream.sample).toMatchObject({ sampleBytes: 300 * 1024, totalBytes: 400 * 1024 });
});
