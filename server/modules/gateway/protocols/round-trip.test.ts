import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvent, splitEvents } from '../sse-events.ts';
import { textUsage } from '../usage.ts';
import {
  type AnswerPart,
  type AnswerReader,
  type AnswerWriter,
  collectAnswer,
  type FinishReason,
} from './answer.ts';
import { inOrder, type OrderedReader } from './calls-in-order.ts';
import { conversationOfChat } from './chat/conversation-of.ts';
import { createChatReader } from './chat/parts-of.ts';
import { chatRequestOf } from './chat/request-of.ts';
import { createChatWriter } from './chat/write-answer.ts';
import type { Conversation, Turn } from './conversation.ts';
import { stringifyExactly } from './exact-json.ts';
import { conversationOfMessages } from './messages/conversation-of.ts';
import { createMessageReader } from './messages/parts-of.ts';
import { messagesRequestOf } from './messages/request-of.ts';
import { createMessageWriter } from './messages/write-answer.ts';
import { conversationOfResponses } from './responses/conversation-of.ts';
import { createResponseReader } from './responses/parts-of.ts';
import { responsesRequestOf } from './responses/request-of.ts';
import { createResponseWriter } from './responses/write-answer.ts';

// What is written in a protocol and read from it again is what it was: nothing is lost or changed on the way.

const facts = {
  modelId: 'm',
  wantsUsage: true,
  nowMs: 0,
  asked: {},
  estimate: () => textUsage(1, 1),
};
const answers: Readonly<Record<string, { read: () => AnswerReader; write: () => AnswerWriter }>> = {
  chat: { read: createChatReader, write: () => createChatWriter(facts) },
  messages: { read: createMessageReader, write: () => createMessageWriter(facts) },
  responses: { read: createResponseReader, write: () => createResponseWriter(facts) },
};

const word = fc.string({ minLength: 1, unit: 'grapheme' });
const pieces = fc.array(word, { minLength: 1, maxLength: 4 });
const count = fc.nat({ max: 5000 });
const usage = fc
  .record({ input: count, cached: count, written: count, output: count, thought: count })
  .map(({ input, cached, written, output, thought }) => ({
    ...textUsage(input + 1, output),
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: thought,
  }));
const answer = fc
  .record({
    thoughts: fc.option(fc.record({ texts: pieces, signature: fc.option(word) })),
    texts: fc.option(pieces),
    calls: fc.array(fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), { maxLength: 3 }),
    reason: fc.constantFrom<FinishReason>('stop', 'length', 'filter'),
    usage,
  })
  .map(({ thoughts, texts, calls, reason, usage }): AnswerPart[] => [
    ...(thoughts?.texts.map((text) => ({ kind: 'reasoning' as const, text })) ?? []),
    ...(thoughts === null || thoughts.signature === null
      ? []
      : [{ kind: 'signature' as const, signature: thoughts.signature }]),
    ...(texts?.map((text) => ({ kind: 'text' as const, text })) ?? []),
    ...calls.flatMap((input, call): AnswerPart[] => {
      const json = JSON.stringify(input);
      const middle = Math.ceil(json.length / 2);
      return [
        { kind: 'toolCall', call, id: `call_${call}`, name: 'look' },
        { kind: 'toolInput', call, json: json.slice(0, middle) },
        { kind: 'toolInput', call, json: json.slice(middle) },
      ];
    }),
    {
      kind: 'finish',
      reason: calls.length > 0 && reason === 'stop' ? 'toolCalls' : reason,
      stopSequence: null,
    },
    { kind: 'usage', usage },
  ]);

/** Numbers of calls are those of each protocol; without a signature there is none, however it is written. */
function plain(parts: readonly AnswerPart[]) {
  const { blocks, ...ending } = collectAnswer(parts);
  return {
    finish: { reason: ending.finish?.reason, stopSequence: ending.finish?.stopSequence },
    usage: ending.usage,
    blocks: blocks.map((block) => ({ ...block, call: 0 })),
  };
}

function readAll(reader: OrderedReader, stream: Buffer): AnswerPart[] {
  const parts = splitEvents(stream).flatMap((event) => {
    const data = readEvent(event).data?.toString() ?? '[DONE]';
    return data === '[DONE]' ? [] : reader.event(JSON.parse(data));
  });
  return [...parts, ...reader.end()];
}

test.each(Object.entries(answers))('an answer of %s, whole and in events', (_name, { read, write }) => {
  fc.assert(
    fc.property(answer, (parts) => {
      expect(plain(inOrder(read()).whole(JSON.parse(write().whole(parts).toString())))).toEqual(plain(parts));
      const writer = write();
      const stream = Buffer.concat([...parts.map((part) => writer.events([part])), writer.farewell()]);
      expect(plain(readAll(inOrder(read()), stream))).toEqual(plain(parts));
    }),
  );
});

const requests: Readonly<
  Record<string, { read: (body: unknown) => Conversation; write: (conversation: Conversation) => object }>
> = {
  chat: { read: conversationOfChat, write: chatRequestOf },
  messages: { read: conversationOfMessages, write: messagesRequestOf },
  responses: { read: conversationOfResponses, write: responsesRequestOf },
};

const at = '';
const text = word.map((text) => ({ kind: 'text' as const, at, text }));
const image = fc
  .oneof(
    fc.constant({ url: 'https://a.example/b.png' }),
    fc.constant({ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }),
  )
  .map((source) => ({ kind: 'image' as const, at, source }));
const input = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: true });
/** The user, the model with calls, their results and more of the user. */
const turns = fc
  .record({
    asked: text,
    image,
    thought: word,
    said: text,
    inputs: fc.array(input, { minLength: 1, maxLength: 3 }),
    more: text,
  })
  .map(({ asked, image, thought, said, inputs, more }): Turn[] => [
    { role: 'user', parts: [asked, image] },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', at, text: thought, signature: 'c2ln' },
        said,
        ...inputs.map((input, index) => ({
          kind: 'toolCall' as const,
          at,
          id: `c${index}`,
          name: 'look',
          input,
        })),
      ],
    },
    {
      role: 'user',
      parts: [
        ...inputs.map((_, index) => ({
          kind: 'toolResult' as const,
          at,
          callId: `c${index}`,
          parts: [{ kind: 'text' as const, at, text: 'a cat' }],
          isError: false,
        })),
        more,
      ],
    },
    { role: 'system', parts: [more] },
  ]);
const conversation = fc.record({
  system: fc.array(word, { maxLength: 1 }),
  turns,
  tools: fc.constant([
    { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} }, isStrict: true },
  ]),
  toolChoice: fc.constantFrom(
    { kind: 'auto' as const },
    { kind: 'any' as const },
    { kind: 'tool' as const, name: 'look' },
  ),
  isParallel: fc.constant(false),
  maxOutputTokens: fc.integer({ min: 1, max: 9000 }),
  temperature: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  topP: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  stop: fc.constant(null),
  thinking: fc.option(
    fc.record({ effort: fc.constantFrom('low' as const, 'medium' as const, 'high' as const) }),
  ),
  schema: fc.option(fc.constant({ name: 'answer', schema: { type: 'object' } })),
  isStreamed: fc.boolean(),
});

/** Places are those of each protocol, and nothing is kept of a signature where the protocol has no place for one. */
function unplaced(value: unknown): unknown {
  const isPlace = (key: string) => key === 'at' || key === 'signature';
  const kept: unknown = JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (isPlace(key) ? undefined : inner)),
  );
  return JSON.parse(stringifyExactly(kept));
}

test.each(Object.entries(requests))(
  'input of a tool is the same in %s, whatever its keys are called',
  (_name, { read, write }) => {
    const input: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":"","toString":null}');
    const [said] = fc.sample(conversation, { numRuns: 1, seed: 1 });
    const call = {
      kind: 'toolCall' as const,
      at,
      id: 'c0',
      name: 'look',
      input: input as Record<string, unknown>,
    };
    const result = { kind: 'toolResult' as const, at, callId: 'c0', parts: [], isError: false };
    const turns: Turn[] = [
      { role: 'user', parts: [{ kind: 'text', at, text: 'look' }] },
      { role: 'assistant', parts: [call] },
      { role: 'user', parts: [{ ...result, parts: [{ kind: 'text', at, text: 'a cat' }] }] },
    ];
    if (said === undefined) throw new Error('one was sampled');
    const got = read({ model: 'm', ...JSON.parse(JSON.stringify(write({ ...said, turns }))) });
    // As text, because a comparison of objects looks at `__proto__` in a way of its own.
    expect(JSON.stringify(unplaced(got.turns))).toContain(JSON.stringify(input));
  },
);

test.each(Object.entries(requests))('a request of %s', (_name, { read, write }) => {
  fc.assert(
    fc.property(conversation, (said) => {
      const got = read({ model: 'm', ...JSON.parse(JSON.stringify(write(said))) });
      expect(unplaced(got)).toEqual(unplaced(said));
    }),
  );
});
