import { expect, test } from 'vitest';
import { deliveredTextBytes, replyTextBytes, textBytesOfChoices } from './delivered-text.ts';

// Bytes that the model wrote: what a call without a report is charged by.

const event = (choice: object) => Buffer.from(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);

test('text, reasoning, refusals and calls of tools count in bytes, sound by its length; names of fields and what repeats the text do not', () => {
  const message = {
    role: 'assistant',
    content: '你好',
    reasoning_content: 'abc',
    refusal: 'no',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    audio: { id: 'audio_1', data: 'QUJD' },
  };
  const choice = {
    index: 0,
    message,
    finish_reason: 'stop',
    native_finish_reason: 'STOP',
    stop_reason: 'stop',
    logprobs: { content: [{ token: '你' }] },
  };
  // A token of sound is as much as three bytes of text.
  const bytes = 6 + 3 + 2 + 1 + 7 + 3;
  expect(textBytesOfChoices({ choices: [choice] })).toBe(bytes);
  expect(textBytesOfChoices({ choices: [choice, { text: 'four' }] })).toBe(bytes + 4);
  expect(replyTextBytes(JSON.stringify({ choices: [choice] }))).toBe(bytes);
});

test('what is no list of choices holds no text', () => {
  for (const reply of [
    null,
    undefined,
    7,
    'text',
    {},
    { choices: null },
    { choices: 'text' },
    { data: ['x'] },
  ])
    expect(textBytesOfChoices(reply)).toBe(0);
  expect(textBytesOfChoices({ choices: [null, 7, true, {}] })).toBe(0);
  for (const json of ['', '{"choices":[{"text":"x"}]', 'null']) expect(replyTextBytes(json)).toBe(0);
});

test('text is looked for twenty levels below a choice, and no deeper', () => {
  const nested = (levels: number): object => (levels === 0 ? { text: 'x' } : { in: nested(levels - 1) });
  expect(textBytesOfChoices({ choices: [nested(20)] })).toBe(1);
  expect(textBytesOfChoices({ choices: [nested(21)] })).toBe(0);
});

test('a stream is counted event by event, and beyond the sample in proportion, rounded up', () => {
  const parts = [
    Buffer.concat([event({ delta: { content: 'abc' } }), Buffer.from(': a comment\n\n')]),
    Buffer.concat([event({ delta: { content: 'de' } }), event({ delta: { content: '' } })]),
    Buffer.from('data: {"choices":\n\n'),
  ];
  const of = (sampleBytes: number, totalBytes: number) =>
    deliveredTextBytes({ parts, sampleBytes, totalBytes, largeTextBytes: 0 });
  expect(of(100, 100)).toBe(5);
  expect(of(100, 250)).toBe(13);
  expect(deliveredTextBytes({ parts: [], sampleBytes: 0, totalBytes: 0, largeTextBytes: 7 })).toBe(7);
});
