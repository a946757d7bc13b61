import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { messageEvent, messageEvents } from '../../../../testing/messages.ts';
import { textUsage } from '../../usage.ts';
import { createMessageStream } from './message-stream.ts';

const [start = '', ping = '', block = '', first = '', second = '', stop = '', delta = '', farewell = ''] =
  messageEvents();
const usage = {
  inputTokens: 10,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  audioInputTokens: 0,
  outputTokens: 3,
  reasoningTokens: 0,
  audioOutputTokens: 0,
};

function through(pieces: readonly Buffer[]) {
  const stream = createMessageStream({ modelId: 'm', estimate: (textBytes) => textUsage(7, textBytes) });
  const text = Buffer.concat([...pieces.map((piece) => stream.push(piece)), stream.end()]).toString();
  const { phase, hasContent, isWhole, usage, inputUsage } = stream;
  const hasError = stream.error !== null;
  return { text, phase, hasContent, isWhole, hasError, usage, inputUsage };
}
const throughText = (text: string) => through([Buffer.from(text)]);

describe.each(Object.entries({ LF: '\n', CR: '\r', 'CR LF': '\r\n' }))(
  'lines that end in %s',
  (_name, ending) => {
    test('an answer cut at any byte arrives whole under the public name, and its usage is known', () => {
      const write = (text: string) => text.replaceAll('\n', ending);
      const bytes = Buffer.from(write(messageEvents().join('')));
      const expected = {
        text: write([messageEvents({}, 'm')[0], block, first, second, stop, delta].join('')),
        phase: 'ended',
        hasContent: true,
        isWhole: true,
        hasError: false,
        usage,
        inputUsage: { ...usage, outputTokens: 0 },
      };
      const different = Array.from({ length: bytes.length + 1 }, (_, cut) => ({
        cut,
        got: through([bytes.subarray(0, cut), bytes.subarray(cut)]),
      })).filter(({ got }) => !isDeepStrictEqual(got, expected));
      expect(different).toEqual([]);
    });
  },
);

test('nothing is given out before the model has written something', () => {
  const empty = messageEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: '' } });
  expect(throughText(start + ping + block + empty)).toMatchObject({
    text: '',
    hasContent: false,
    isWhole: false,
  });
  const call = messageEvent('content_block_start', {
    index: 0,
    content_block: { type: 'tool_use', id: 't', name: 'look', input: {} },
  });
  expect(throughText(start + call)).toMatchObject({ hasContent: true });
  const hidden = messageEvent('content_block_start', {
    index: 0,
    content_block: { type: 'redacted_thinking', data: 'x' },
  });
  expect(throughText(start + hidden)).toMatchObject({ hasContent: true });
});

test('a reason ends an answer, with or without message_stop and content; an end without one does not', () => {
  expect(throughText(start + block + first + delta)).toMatchObject({ isWhole: true, phase: 'ending' });
  expect(throughText(start + delta + farewell)).toMatchObject({
    isWhole: true,
    phase: 'ended',
    hasContent: false,
  });
  expect(throughText(start + delta + farewell).text).toContain('end_turn');
  expect(throughText(start + farewell)).toMatchObject({ isWhole: false, text: '' });
  expect(throughText(start + block + first)).toMatchObject({ isWhole: false, hasContent: true });
});

test('what follows the end is not given out, and the last event may lack its blank line', () => {
  const all = start + block + first + stop + delta + farewell;
  expect(throughText(all + first).text).toBe(throughText(all).text);
  expect(throughText((start + block + first + stop + delta).slice(0, -2))).toMatchObject({ isWhole: true });
});

test.each([
  ['a piece before the start', first],
  ['a second start', start + block + first + start],
  ['a piece of a block that has not begun', start + first],
  ['a piece of a block that is over', start + block + first + stop + second],
  ['a block that begins again', start + block + first + block],
  ['a block without a place', start + messageEvent('content_block_start', { content_block: {} })],
  ['a place that is none', start + messageEvent('content_block_start', { index: -1, content_block: {} })],
  ['an error', start + block + first + messageEvent('error', { error: { message: 'secret' } })],
  ['an error by its name', `${start}${block}${first}event: error\ndata: secret\n\n`],
  ['words that are no event', `${start}${block}${first}data: secret\n\n`],
  ['a list', `${start}${block}${first}data: [1]\n\n`],
])('an upstream that sends %s has failed, and nothing of it is given out', (_name, text) => {
  const got = throughText(text + second + delta + farewell);
  expect(got).toMatchObject({ hasError: true, phase: 'ended' });
  expect(got.text).not.toContain('secret');
  expect(got.text.match(/message_start/g) ?? []).toHaveLength(got.hasContent ? 2 : 0);
});

test('the largest of what is reported counts, whatever the order, and nothing impossible does', () => {
  const report = (usage: object, reason: string | null = null) =>
    messageEvent('message_delta', { delta: { stop_reason: reason }, usage });
  const began = messageEvent('message_start', {
    message: { model: 'x', usage: { input_tokens: 0, output_tokens: 900, cache_read_input_tokens: -5 } },
  });
  const text =
    began +
    block +
    first +
    report({ output_tokens: 40, input_tokens: 12 }) +
    report({ output_tokens: 7 }, 'end_turn');
  expect(throughText(text).usage).toMatchObject({ inputTokens: 12, cachedInputTokens: 0, outputTokens: 40 });
  expect(
    throughText(began + block + first + report({ output_tokens: -1, input_tokens: 1e12 }, 'end_turn')).usage,
  ).toBe(null);
  expect(throughText(start + block + first)).toMatchObject({ usage: null, inputUsage: { inputTokens: 10 } });
});

test('events without content are not collected without end', () => {
  const stream = createMessageStream({ modelId: 'm', estimate: (textBytes) => textUsage(7, textBytes) });
  stream.push(Buffer.from(start));
  const nothing = Buffer.from(messageEvent('message_delta', { delta: {}, filler: 'x'.repeat(300_000) }));
  expect(() => {
    for (let times = 0; times < 5; times += 1) stream.push(nothing);
  }).toThrow('without content');
});

test('a report that is not believed is shown as what the books hold: what was read as reported, what was written as delivered', () => {
  const silent = messageEvent('message_delta', {
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: 0 },
  });
  const got = throughText(start + block + first + silent);
  expect(got.text).toContain(
    '"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":6',
  );
  const unread = messageEvent('message_start', { message: { model: 'x' } });
  const missing = messageEvent('message_delta', { delta: { stop_reason: 'end_turn' } });
  expect(throughText(unread + block + first + missing).text).toContain('"input_tokens":7');
});
