import { expect } from 'vitest';
import { postChat, test } from '../../../../testing/gateway.ts';
import { aModelSpeaking, postMessages } from '../../../../testing/messages.ts';
import { answerResponses, outputMessage, responseUsage } from '../../../../testing/responses.ts';

// Clients of chat completions and of Messages in front of a server that speaks Responses alone.

const plenty = 100_000_000n;
const reasoning = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [],
  content: [{ type: 'reasoning_text', text: 'I should look' }],
  encrypted_content: 'c2ln',
};
const call = (at: number) => ({
  id: `fc_${at}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${at}`,
  name: 'look',
  arguments: JSON.stringify({ at }),
});
const usage = {
  ...responseUsage,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens_details: { reasoning_tokens: 1 },
};
const answered = { output: [reasoning, outputMessage('Let me look'), call(1), call(2)], usage };

test('what a client of Messages asks is said in Responses, and stored nowhere', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  cloud.upstream.script(answerResponses());
  const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
  const picture = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' };
  const answer = await postMessages(cloud, customer, {
    model,
    system: 'Be short',
    max_tokens: 500,
    thinking: { type: 'enabled', budget_tokens: 400 },
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: 'look' },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I should look', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'hidden' },
          { type: 'text', text: 'Let me look' },
          { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'call_1',
            content: [{ type: 'image', source }],
            is_error: true,
          },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
  });
  expect(answer.status).toBe(200);
  expect(cloud.upstream.seen[0]?.path).toBe('/v1/responses');
  expect(cloud.upstream.seen[0]?.body).toEqual({
    model: 'vendor/model',
    store: false,
    include: ['reasoning.encrypted_content'],
    instructions: 'Be short',
    max_output_tokens: 500,
    reasoning: { effort: 'low', summary: 'auto' },
    tools: [{ type: 'function', name: 'look', parameters: { type: 'object' }, strict: false }],
    tool_choice: { type: 'function', name: 'look' },
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'What is this?' }, picture] },
      { ...reasoning, id: 'rs_0' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'hidden' },
      { role: 'assistant', content: [{ type: 'output_text', text: 'Let me look', annotations: [] }] },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}' },
      {
        type: 'function_call_output',
        call_id: 'call_1',
        output: [{ type: 'input_text', text: 'Error: ' }, picture],
      },
      { role: 'user', content: [{ type: 'input_text', text: 'And now?' }] },
    ],
  });
});

test('an answer comes back to a client of Messages, whole and streamed', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  cloud.upstream.script(answerResponses(answered));
  const counted = {
    input_tokens: 6,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 4,
    output_tokens: 3,
    output_tokens_details: { thinking_tokens: 1 },
  };
  const whole = await postMessages(cloud, customer, { model });
  expect(await whole.json()).toMatchObject({
    model,
    content: [
      { type: 'thinking', thinking: 'I should look', signature: 'c2ln' },
      { type: 'text', text: 'Let me look' },
      { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
      { type: 'tool_use', id: 'call_2', name: 'look', input: { at: 2 } },
    ],
    stop_reason: 'tool_use',
    usage: counted,
  });
  const streamed = await (await postMessages(cloud, customer, { model, stream: true })).text();
  for (const piece of [
    '"thinking":"I should look"',
    '"signature":"c2ln"',
    '"text":"Let me look"',
    '"partial_json":"{\\"at\\":1}"',
    `"stop_reason":"tool_use","stop_sequence":null},"usage":${JSON.stringify(counted)}`,
  ])
    expect(streamed).toContain(piece);
  expect(streamed).toMatch(/event: message_stop\n[^\n]+\n\n$/);
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      input_tokens: 6,
      output_tokens: 2,
      is_estimated: false,
      outcome: 'completed',
    });
});

test('an answer comes back to a client of chat completions, whole and streamed', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  cloud.upstream.script(answerResponses({ ...answered, status: 'incomplete' }));
  const whole = await (await postChat(cloud, customer, { model })).json();
  const called = (at: number) => ({
    id: `call_${at}`,
    type: 'function',
    function: { name: 'look', arguments: `{"at":${at}}` },
  });
  expect(whole).toMatchObject({
    model,
    choices: [
      {
        message: {
          content: 'Let me look',
          reasoning_content: 'I should look',
          reasoning_details: [{ text: 'I should look', signature: 'c2ln' }],
          tool_calls: [called(1), called(2)],
        },
        finish_reason: 'length',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
  });
  const streamed = await (await postChat(cloud, customer, { model, stream: true })).text();
  expect(streamed).toContain('"content":"Let me look"');
  expect(streamed).toContain('"finish_reason":"length"');
  expect(streamed).toMatch(/data: \[DONE\]\n\n$/);
});

test('what Responses cannot say is refused by the name that the client wrote', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['responses']);
  const chat = await postChat(cloud, customer, { model, stop: ['END'] });
  expect(await chat.json()).toMatchObject({ error: { param: 'stop', code: 'field_not_convertible' } });
  const messages = await postMessages(cloud, customer, { model, stop_sequences: ['END'] });
  expect(await messages.text()).toContain("'stop_sequences'");
});
