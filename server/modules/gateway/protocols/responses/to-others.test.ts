import { expect } from 'vitest';
import { answerWell, sendJson } from '../../../../testing/fake-upstream.ts';
import { test } from '../../../../testing/gateway.ts';
import { aModelSpeaking, answerMessages } from '../../../../testing/messages.ts';
import { postResponses } from '../../../../testing/responses.ts';

// A client of Responses in front of servers that speak another protocol alone.

const plenty = 100_000_000n;
const png = 'data:image/png;base64,iVBORw0KGgo=';
const tool = { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } };
const asked = {
  instructions: 'Be short',
  max_output_tokens: 5000,
  temperature: 0.5,
  top_p: 0.9,
  reasoning: { effort: 'low', summary: 'auto' },
  tools: [{ type: 'function', ...tool, strict: true }],
  tool_choice: 'required',
  parallel_tool_calls: false,
  text: { format: { type: 'json_schema', name: 'thing', schema: { type: 'object' }, strict: true } },
  include: ['reasoning.encrypted_content'],
  store: false,
  user: 'a person',
  input: [
    { role: 'developer', content: 'Be kind' },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is this?' },
        { type: 'input_image', image_url: png, detail: 'auto' },
      ],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'I should look' }],
      encrypted_content: 'c2ln',
    },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Let me look', annotations: [] }],
    },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"at":1}' },
    { type: 'function_call', call_id: 'call_2', name: 'look', arguments: '{"at":2}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'a cat' },
    { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'a dog' }] },
    { role: 'user', content: 'And now?' },
  ],
};
const call = (at: number) => ({
  id: `call_${at}`,
  type: 'function',
  function: { name: 'look', arguments: `{"at":${at}}` },
});

test('everything that both protocols can say is said in chat completions', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  expect((await postResponses(cloud, customer, { model: cloud.modelId, ...asked })).status).toBe(200);
  expect(cloud.upstream.seen[0]?.path).toBe('/v1/chat/completions');
  expect(cloud.upstream.seen[0]?.body).toEqual({
    model: 'vendor/model',
    max_tokens: 5000,
    temperature: 0.5,
    top_p: 0.9,
    reasoning_effort: 'low',
    tools: [{ type: 'function', function: { ...tool, strict: true } }],
    tool_choice: 'required',
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'thing', schema: { type: 'object' }, strict: true },
    },
    messages: [
      { role: 'system', content: 'Be short\n\nBe kind' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: png } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look',
        reasoning_content: 'I should look',
        reasoning_details: [{ type: 'reasoning.text', text: 'I should look', signature: 'c2ln', index: 0 }],
        tool_calls: [call(1), call(2)],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      { role: 'tool', tool_call_id: 'call_2', content: 'a dog' },
      { role: 'user', content: 'And now?' },
    ],
  });
});

const content = [
  { type: 'thinking', thinking: 'I should look', signature: 'c2ln' },
  { type: 'text', text: 'Let me look' },
  { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
  { type: 'tool_use', id: 'call_2', name: 'look', input: { at: 2 } },
];

test('everything that both protocols can say is said in Messages', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  expect((await postResponses(cloud, customer, { model, ...asked })).status).toBe(200);
  expect(cloud.upstream.seen[0]?.body).toMatchObject({
    max_tokens: 5000,
    system: 'Be short\n\nBe kind',
    thinking: { type: 'adaptive' },
    output_config: { effort: 'low', format: { type: 'json_schema' } },
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
      { role: 'assistant', content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'a cat' }] },
          { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'a dog' }] },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
  });
});

const output = [
  {
    type: 'reasoning',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'I should look' }],
    encrypted_content: 'c2ln',
    status: 'completed',
  },
  {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Let me look', annotations: [] }],
  },
  { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}', status: 'completed' },
  { type: 'function_call', call_id: 'call_2', name: 'look', arguments: '{"at":2}', status: 'completed' },
];

test('an answer of Messages comes back in items, whole and streamed, as the SDK puts them together', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const usage = {
    input_tokens: 5,
    cache_read_input_tokens: 70,
    cache_creation_input_tokens: 20,
    output_tokens: 9,
  };
  cloud.upstream.script(answerMessages({ content, usage, stopReason: 'tool_use' }));
  const request = { model, input: 'Look', instructions: 'Be short', max_output_tokens: 4000 };
  const expected = {
    object: 'response',
    status: 'completed',
    model,
    store: false,
    previous_response_id: null,
    instructions: 'Be short',
    max_output_tokens: 4000,
    output,
    usage: {
      input_tokens: 95,
      input_tokens_details: { cached_tokens: 70, cache_write_tokens: 20 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 104,
    },
  };
  const whole = await customer.client.responses.create(request);
  expect(whole).toMatchObject(expected);
  expect(whole.output_text).toBe('Let me look');

  const stream = customer.client.responses.stream(request);
  const numbers: number[] = [];
  const texts: string[] = [];
  for await (const event of stream) {
    numbers.push(event.sequence_number);
    if (event.type === 'response.output_text.delta') texts.push(event.delta);
  }
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(texts.join('')).toBe('Let me look');
  const final = await stream.finalResponse();
  expect(final).toMatchObject(expected);
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      input_tokens: 5,
      output_tokens: 9,
      is_estimated: false,
      outcome: 'completed',
    });
});

test('the events of an answer of chat completions are those of Responses, in their order', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(answerWell({ words: ['Hello', ' world'] }));
  const answer = await postResponses(cloud, customer, { model: cloud.modelId, stream: true });
  const events = (await answer.text())
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [, name, data = ''] = /^event: (\S+)\ndata: (.*)$/.exec(event) ?? [];
      expect(JSON.parse(data)).toMatchObject({ type: name });
      return name;
    });
  expect(events).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
});

test('an answer that may not go on is incomplete, and says why', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const reasons = { length: 'max_output_tokens', content_filter: 'content_filter' };
  for (const [finish_reason, reason] of Object.entries(reasons)) {
    cloud.upstream.script((_request, response) =>
      sendJson(response, 200, {
        choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    );
    const answer = await postResponses(cloud, customer, { model: cloud.modelId });
    expect(await answer.json()).toMatchObject({ status: 'incomplete', incomplete_details: { reason } });
  }
});
