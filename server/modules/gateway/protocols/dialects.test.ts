import { expect, test } from 'vitest';
import { textUsage } from '../usage.ts';
import type { AnswerPart, AnswerReader } from './answer.ts';
import { inOrder } from './calls-in-order.ts';
import { conversationOfChat } from './chat/conversation-of.ts';
import { createChatReader } from './chat/parts-of.ts';
import { chatRequestOf } from './chat/request-of.ts';
import { createChatWriter } from './chat/write-answer.ts';
import { conversationOfMessages } from './messages/conversation-of.ts';
import { createMessageReader } from './messages/parts-of.ts';
import { messagesRequestOf } from './messages/request-of.ts';
import { createMessageWriter } from './messages/write-answer.ts';
import { conversationOfResponses } from './responses/conversation-of.ts';
import { createResponseReader } from './responses/parts-of.ts';
import { responsesRequestOf } from './responses/request-of.ts';

// How servers write the protocols that say less, more or something else than OpenAI's and Anthropic's own: what the model
// wrote reaches a client of another protocol all the same, because the client pays for it.

const facts = { modelId: 'm', wantsUsage: true, nowMs: 0, asked: {}, estimate: () => textUsage(1, 1) };

function read(reader: AnswerReader, ...events: object[]): AnswerPart[] {
  const ordered = inOrder(reader);
  return [...events.flatMap((data) => ordered.event(data)), ...ordered.end()];
}
function choice(delta: object, finish: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason: finish }] };
}
const called = (one: object) => choice({ tool_calls: [one] });
const begins = (call: number, id: string, name: string) => ({ kind: 'toolCall', call, id, name });
const given = (call: number, json: string) => ({ kind: 'toolInput', call, json });
const ends = (reason: string) => ({ kind: 'finish', reason, stopSequence: null });

test.each([
  ['the same place', { index: 0 }],
  ['no place', {}],
])('calls at %s are those that their names tell apart', (_name, place) => {
  const parts = read(
    createChatReader(),
    called({ ...place, id: 'c1', function: { name: 'look', arguments: '{"a":1}' } }),
    called({ ...place, id: 'c2', function: { name: 'find', arguments: '{"b":' } }),
    called({ ...place, id: 'c2', function: { name: 'find', arguments: '2}' } }),
    choice({}, 'tool_calls'),
  );
  expect(parts).toEqual([
    begins(0, 'c1', 'look'),
    given(0, '{"a":1}'),
    begins(1, 'c2', 'find'),
    given(1, '{"b":'),
    given(1, '2}'),
    ends('toolCalls'),
  ]);
});

test('a call without an id gets one, and its name may come late', () => {
  const parts = read(
    createChatReader(),
    called({ index: 0, function: { arguments: '{"a":' } }),
    called({ index: 0, function: { name: 'look', arguments: '1}' } }),
    called({ index: 0, function: { name: 'look', arguments: '{}' } }),
    choice({}, 'tool_calls'),
  );
  const id = expect.stringMatching(/^call_\w{20,}$/) as string;
  expect(parts).toEqual([
    begins(0, id, 'look'),
    given(0, '{"a":1}'),
    begins(1, id, 'look'),
    given(1, '{}'),
    ends('toolCalls'),
  ]);
});

test('calls and words that are written at once follow one another', () => {
  const parts = read(
    createChatReader(),
    called({ index: 0, id: 'c1', function: { name: 'look', arguments: '{"a":' } }),
    called({ index: 1, id: 'c2', function: { name: 'find', arguments: '{"b":"}' } }),
    choice({ content: 'Wait' }),
    called({ index: 0, function: { arguments: '1}' } }),
    called({ index: 1, function: { arguments: '"}' } }),
    choice({}, 'tool_calls'),
  );
  expect(parts).toEqual([
    begins(0, 'c1', 'look'),
    given(0, '{"a":'),
    given(0, '1}'),
    begins(1, 'c2', 'find'),
    given(1, '{"b":"}'),
    given(1, '"}'),
    { kind: 'text', text: 'Wait' },
    ends('toolCalls'),
  ]);
  const written = createMessageWriter(facts).events(parts).toString();
  expect(written.match(/"type":"content_block_(start|stop)","index":\d/g)).toEqual([
    '"type":"content_block_start","index":0',
    '"type":"content_block_stop","index":0',
    '"type":"content_block_start","index":1',
    '"type":"content_block_stop","index":1',
    '"type":"content_block_start","index":2',
  ]);
});

test('who calls a tool waits for its result, also where the server says that it has finished', () => {
  const call = called({ index: 0, id: 'c1', function: { name: 'look', arguments: '{}' } });
  expect(read(createChatReader(), call, choice({}, 'stop')).at(-1)).toEqual(ends('toolCalls'));
});

test('a tool that is given nothing is given an empty object, but not where the answer was cut off', () => {
  const begun = { index: 0, id: 'c1', function: { name: 'look', arguments: '' } };
  expect(read(createChatReader(), called(begun), choice({}, 'tool_calls'))).toContainEqual(given(0, '{}'));
  expect(read(createChatReader(), called(begun), choice({}, 'length'))).not.toContainEqual(given(0, '{}'));
  const block = { type: 'tool_use', id: 't1', name: 'look', input: {} };
  const parts = read(
    createMessageReader(),
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
  );
  expect(parts).toEqual([begins(0, 't1', 'look'), given(0, '{}'), ends('toolCalls')]);
});

test('what a tool is given may be an object, and may come with the beginning of the call', () => {
  const chat = called({ index: 0, id: 'c1', function: { name: 'look', arguments: { a: 1 } } });
  expect(read(createChatReader(), chat)).toContainEqual(given(0, '{"a":1}'));
  const block = { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } };
  const start = { type: 'content_block_start', index: 0, content_block: block };
  const piece = { type: 'input_json_delta', partial_json: '{"b":2}' };
  const stop = { type: 'content_block_stop', index: 0 };
  expect(read(createMessageReader(), start, stop)).toContainEqual(given(0, '{"a":1}'));
  const delta = { type: 'content_block_delta', index: 0, delta: piece };
  expect(read(createMessageReader(), start, delta, stop)).toEqual([
    begins(0, 't1', 'look'),
    given(0, '{"b":2}'),
  ]);
  const item = { type: 'function_call', id: 'f', call_id: 'c1', name: 'look', arguments: { a: 1 } };
  const added = { type: 'response.output_item.added', output_index: 0, item };
  const done = { type: 'response.output_item.done', output_index: 0, item };
  expect(read(createResponseReader(), added, done)).toEqual([begins(0, 'c1', 'look'), given(0, '{"a":1}')]);
});

test('a server of Responses may say at the end of an item, or of the answer, what others say in pieces, and says it once', () => {
  const message = {
    type: 'message',
    id: 'm',
    content: [{ type: 'output_text', text: 'Hello' }],
  };
  const call = { type: 'function_call', id: 'f', call_id: 'c1', name: 'look', arguments: '{"a":1}' };
  const thought = {
    type: 'reasoning',
    id: 'r',
    summary: [
      { type: 'summary_text', text: 'I' },
      { type: 'summary_text', text: 'look' },
    ],
    encrypted_content: 'c2ln',
  };
  const output = [thought, message, call];
  const completed = { type: 'response.completed', response: { status: 'completed', output } };
  const begun = output.map((item, output_index) => ({
    type: 'response.output_item.added',
    output_index,
    item: { ...item, content: [], summary: [], arguments: '', encrypted_content: null },
  }));
  const done = output.map((item, output_index) => ({
    type: 'response.output_item.done',
    output_index,
    item,
  }));
  const pieces = [
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'I' },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'look' },
    { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hello' },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"a":1}' },
    { type: 'response.a_kind_of_tomorrow', output_index: 2 },
  ];
  const pieceOf = (index: number) => pieces.filter((piece) => piece.output_index === index);
  const inPieces = output.flatMap((_, index) => [begun[index] ?? {}, ...pieceOf(index), done[index] ?? {}]);
  const itemByItem = output.flatMap((_, index) => [begun[index] ?? {}, done[index] ?? {}]);
  for (const events of [
    [completed],
    [...done, completed],
    [...itemByItem, completed],
    [...inPieces, completed],
  ]) {
    const whole = createChatWriter(facts).whole(read(createResponseReader(), ...events));
    expect(JSON.parse(whole.toString())).toMatchObject({
      choices: [
        {
          message: {
            content: 'Hello',
            reasoning_content: 'I\n\nlook',
            reasoning_details: [{ text: 'I\n\nlook', signature: 'c2ln' }],
            tool_calls: [{ id: 'c1', function: { name: 'look', arguments: '{"a":1}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
  }
});

test('a list of parts is read, and what is neither text nor part is a failure instead of an empty answer', () => {
  const thinking = [{ type: 'text', text: 'I look' }];
  const content = [
    { type: 'thinking', thinking },
    { type: 'text', text: 'Hello' },
  ];
  expect(read(createChatReader(), choice({ content }))).toEqual([
    { kind: 'reasoning', text: 'I look' },
    { kind: 'text', text: 'Hello' },
  ]);
  for (const unknown of [{ text: 'Hello' }, 7, [{ type: 'picture' }]])
    expect(() => read(createChatReader(), choice({ content: unknown }))).toThrow('the upstream');
  const reply = { status: 'completed', output: [{ type: 'message', content: 'Hello' }] };
  expect(inOrder(createResponseReader()).whole(reply)[0]).toEqual({ kind: 'text', text: 'Hello' });
});

const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;

test.each(['{"a":', '[1]', 'look', deep])(
  'what a tool is given is kept when it is no object: %.20s',
  (json) => {
    const message = { tool_calls: [{ id: 'c1', function: { name: 'look', arguments: json } }] };
    const parts = inOrder(createChatReader()).whole({ choices: [{ message, finish_reason: 'length' }] });
    expect(JSON.parse(createMessageWriter(facts).whole(parts).toString())).toMatchObject({
      content: [{ type: 'tool_use', id: 'c1', name: 'look', input: { INVALID_JSON: json } }],
      stop_reason: 'max_tokens',
    });
  },
);

test('how much is thought is asked for in the same word where both protocols know it', () => {
  for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']) {
    const chat = { model: 'm', messages: [{ role: 'user', content: 'x' }], reasoning_effort: effort };
    const responses = { model: 'm', input: 'x', reasoning: { effort } };
    expect(responsesRequestOf(conversationOfChat(chat))).toMatchObject({ reasoning: { effort } });
    expect(chatRequestOf(conversationOfResponses(responses))).toMatchObject({ reasoning_effort: effort });
  }
});

test('a field that is null is the default, also where no other protocol knows the field', () => {
  const chat = { model: 'm', messages: [{ role: 'user', content: 'x' }], seed: null, logit_bias: null };
  expect(messagesRequestOf(conversationOfChat(chat))).toMatchObject({ max_tokens: 4096 });
  const responses = { model: 'm', input: 'x', max_tool_calls: null };
  expect(chatRequestOf(conversationOfResponses(responses))).toMatchObject({ messages: [{ content: 'x' }] });
});

test('a thought that its server signed or hid goes back to it from a client of another protocol', () => {
  const details = [
    { type: 'reasoning.text', text: 'I look', signature: 'c2ln', index: 0 },
    { type: 'reasoning.encrypted', data: 'aGlkZGVu', index: 1 },
  ];
  const message = { content: 'Hello', reasoning: 'I look', reasoning_details: details };
  const parts = inOrder(createChatReader()).whole({ choices: [{ message, finish_reason: 'stop' }] });
  const { content } = JSON.parse(createMessageWriter(facts).whole(parts).toString()) as { content: object[] };
  const body = {
    model: 'm',
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content },
      { role: 'user', content: 'y' },
    ],
  };
  expect(chatRequestOf(conversationOfMessages(body))).toMatchObject({
    messages: [{}, { content: 'Hello', reasoning_content: 'I look', reasoning_details: details }, {}],
  });
});

test('a message without a word is not left out', () => {
  const chat = { model: 'm', messages: [{ role: 'user', content: '' }] };
  expect(responsesRequestOf(conversationOfChat(chat))).toMatchObject({
    input: [{ role: 'user', content: [{ type: 'input_text', text: '' }] }],
  });
  const messages = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: [] }] };
  expect(chatRequestOf(conversationOfMessages(messages))).toMatchObject({
    messages: [{ role: 'user', content: '' }],
  });
});

test('what a tool is given is refused by name when it is nested too deep to be written again', () => {
  const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: deep } };
  const messages = [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
  ];
  const at = 'messages[1].tool_calls[0].function.arguments';
  expect(() => conversationOfChat({ model: 'm', messages })).toThrow(
    expect.objectContaining({ fields: expect.objectContaining({ param: at }) as object }),
  );
});
