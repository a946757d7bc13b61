import { expect, test } from 'vitest';
import { textUsage } from '../usage.ts';
import { inputOf } from './answer.ts';
import { inOrder } from './calls-in-order.ts';
import { conversationOfChat } from './chat/conversation-of.ts';
import { createChatReader } from './chat/parts-of.ts';
import { chatRequestOf } from './chat/request-of.ts';
import { parseExactly, stringifyExactly } from './exact-json.ts';
import { conversationOfMessages } from './messages/conversation-of.ts';
import { createMessageReader } from './messages/parts-of.ts';
import { messagesRequestOf } from './messages/request-of.ts';
import { createMessageWriter } from './messages/write-answer.ts';
import { createResponseWriter } from './responses/write-answer.ts';

const facts = { modelId: 'm', wantsUsage: true, nowMs: 0, asked: {}, estimate: () => textUsage(1, 1) };
const exact = '{"id":1234567890123456789,"huge":1e400,"text":"1234567890123456789 \\\\\\" 1e400","half":0.5}';

test('a number that JavaScript cannot hold comes out as it went in, and a text like it stays a text', () => {
  expect(stringifyExactly(parseExactly(exact))).toBe(exact);
});

test('the input of a tool has the same numbers in answers and requests of every protocol', () => {
  const message = { tool_calls: [{ id: 'c1', function: { name: 'look', arguments: exact } }] };
  const parts = inOrder(createChatReader()).whole({ choices: [{ message, finish_reason: 'tool_calls' }] });
  const messages = createMessageWriter(facts).whole(parts).toString();
  expect(messages).toContain(exact);
  const again = inOrder(createMessageReader()).whole(parseExactly(messages));
  const responses: unknown = JSON.parse(createResponseWriter(facts).whole(again).toString());
  expect(responses).toMatchObject({ output: [{ arguments: exact }] });
  const turns = (call: string) =>
    `[{"role":"user","content":"x"},{"role":"assistant",${call}},{"role":"user","content":"y"}]`;
  const asked = (call: string) => `{"model":"m","max_tokens":9,"messages":${turns(call)}}`;
  const content = /"content":\[.*?\}\]/.exec(messages)?.[0] ?? '';
  const fromMessages = conversationOfMessages(parseExactly(asked(content)));
  expect(chatRequestOf(fromMessages)).toMatchObject({
    messages: [{}, { tool_calls: [{ function: { arguments: exact } }] }, {}],
  });
  const fromChat = conversationOfChat({
    model: 'm',
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: '', tool_calls: [{ ...message.tool_calls[0], type: 'function' }] },
      { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
    ],
  });
  expect(stringifyExactly(messagesRequestOf(fromChat))).toContain(exact);
});

test('such a number is no text, no number and no object where one of these belongs', () => {
  const number = '12345678901234567890';
  const refused = expect.objectContaining({ status: 400 }) as Error;
  const asked = (fields: string) => () =>
    conversationOfChat(parseExactly(`{"model":"m","messages":[{"role":"user","content":"x"}],${fields}}`));
  expect(asked(`"max_tokens":${number}`)).toThrow(refused);
  expect(asked(`"temperature":1e400`)).toThrow(refused);
  expect(asked(`"tools":[{"type":"function","function":{"name":"a","parameters":${number}}}]`)).toThrow(
    refused,
  );
  const content = `{"model":"m","messages":[{"role":"user","content":${number}}]}`;
  expect(() => conversationOfChat(parseExactly(content))).toThrow(refused);
  const reply = `{"choices":[{"message":{"content":${number}},"finish_reason":"stop"}]}`;
  expect(() => inOrder(createChatReader()).whole(parseExactly(reply))).toThrow('no text');
  expect(inputOf(number)).toEqual({ INVALID_JSON: number });
});
