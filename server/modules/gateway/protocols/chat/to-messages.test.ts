import { expect } from 'vitest';
import { postChat, test } from '../../../../testing/gateway.ts';
import { aModelSpeaking, answerMessages, messageEvent, messageEvents } from '../../../../testing/messages.ts';

// A client of chat completions in front of a server that speaks Messages alone.

const plenty = 100_000_000n;
const usage = {
  input_tokens: 5,
  cache_read_input_tokens: 70,
  cache_creation_input_tokens: 20,
  output_tokens: 9,
  output_tokens_details: { thinking_tokens: 4 },
};
const converted = {
  prompt_tokens: 95,
  completion_tokens: 9,
  total_tokens: 104,
  prompt_tokens_details: { cached_tokens: 70, cache_write_tokens: 20 },
  completion_tokens_details: { reasoning_tokens: 4 },
};
const content = [
  { type: 'thinking', thinking: 'I should look', signature: 'c2ln' },
  { type: 'text', text: 'Let me look' },
  { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
  { type: 'tool_use', id: 'toolu_2', name: 'look', input: { at: 2 } },
];
const call = (id: string, at: number) => ({
  id,
  type: 'function' as const,
  function: { name: 'look', arguments: JSON.stringify({ at }) },
});
const details = [{ type: 'reasoning.text', text: 'I should look', signature: 'c2ln', index: 0 }];

test('everything that both protocols can say is said in the other one', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  const png = 'iVBORw0KGgo=';
  const answer = await postChat(cloud, customer, {
    model,
    max_completion_tokens: 5000,
    temperature: 0.5,
    top_p: 0.9,
    stop: 'END',
    user: 'a person',
    reasoning_effort: 'low',
    tools: [
      { type: 'function', function: { name: 'look', description: 'Looks', parameters: { properties: {} } } },
    ],
    tool_choice: 'required',
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'thing', schema: { type: 'object' }, strict: true },
    },
    n: 1,
    messages: [
      { role: 'system', content: 'Be short' },
      { role: 'developer', content: [{ type: 'text', text: 'Be kind' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://pictures.example/a.png' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look',
        reasoning_content: 'I should look',
        reasoning_details: details,
        tool_calls: [call('toolu_1', 1), call('toolu_2', 2)],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'a cat' },
      { role: 'tool', tool_call_id: 'toolu_2', content: [{ type: 'text', text: 'a dog' }] },
      { role: 'user', content: 'And now?' },
      { role: 'system', content: 'Hurry' },
    ],
  });
  expect(answer.status).toBe(200);
  const [seen] = cloud.upstream.seen;
  expect(seen?.path).toBe('/v1/messages');
  expect(seen?.headers).toMatchObject({
    'x-api-key': 'upstream-secret',
    'anthropic-version': '2023-06-01',
  });
  expect(seen?.body).toEqual({
    model: 'vendor/model',
    max_tokens: 5000,
    system: 'Be short\n\nBe kind',
    temperature: 0.5,
    top_p: 0.9,
    stop_sequences: ['END'],
    thinking: { type: 'adaptive' },
    tools: [{ name: 'look', description: 'Looks', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } },
        ],
      },
      { role: 'assistant', content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'a cat' }] },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'a dog' }] },
          { type: 'text', text: 'And now?' },
        ],
      },
      { role: 'system', content: [{ type: 'text', text: 'Hurry' }] },
    ],
  });
});

test('an answer comes back with its reasoning, calls and usage, whole and streamed, as the SDK reads them', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const messages = [{ role: 'user' as const, content: 'Look' }];
  cloud.upstream.script(answerMessages({ content, usage, stopReason: 'tool_use' }));
  const whole = await customer.client.chat.completions.create({ model, messages });
  const message = {
    role: 'assistant',
    content: 'Let me look',
    reasoning_content: 'I should look',
    reasoning_details: details,
    tool_calls: [call('toolu_1', 1), call('toolu_2', 2)],
  };
  expect(whole).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage: converted,
  });

  const stream = await customer.client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const deltas = chunks.flatMap(({ choices }) =>
    choices.map(({ delta }) => delta as Record<string, unknown>),
  );
  const joined = (name: string) =>
    deltas
      .map((delta) => delta[name])
      .filter((text) => typeof text === 'string')
      .join('');
  expect(deltas[0]).toHaveProperty('role', 'assistant');
  expect([joined('content'), joined('reasoning_content')]).toEqual(['Let me look', 'I should look']);
  expect(deltas.flatMap((delta) => delta['reasoning_details'] ?? [])).toEqual(details);
  const pieces = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
  for (const [index, at] of [1, 2].entries()) {
    const own = pieces.filter((piece) => piece.index === index);
    expect(own[0]).toMatchObject({ id: `toolu_${at}`, function: { name: 'look' } });
    expect(own.map((piece) => piece.function?.arguments ?? '').join('')).toBe(JSON.stringify({ at }));
  }
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: converted });
  expect(chunks.every((chunk) => chunk.model === model)).toBe(true);
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      input_tokens: 5,
      output_tokens: 5,
      is_estimated: false,
      outcome: 'completed',
    });
});

test('usage that was not asked for is not sent, and the end is [DONE]', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  const answer = await (await postChat(cloud, customer, { model, stream: true })).text();
  expect(answer).toMatch(/data: \[DONE\]\n\n$/);
  expect(answer).not.toContain('usage');
  expect(cloud.upstream.seen[0]?.body).toMatchObject({ max_tokens: 4096, stream: true });
  expect(cloud.upstream.seen[0]?.body).not.toHaveProperty('stream_options');
});

test('the reason of an end comes in the words of chat completions', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const reasons = {
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool_calls',
    refusal: 'content_filter',
  };
  for (const [stopReason, expected] of Object.entries(reasons)) {
    cloud.upstream.script(answerMessages({ stopReason }));
    const whole = (await (await postChat(cloud, customer, { model })).json()) as {
      choices: { finish_reason: string }[];
    };
    const streamed = await (await postChat(cloud, customer, { model, stream: true })).text();
    expect(whole.choices[0]?.finish_reason).toBe(expected);
    expect(streamed).toContain(`"finish_reason":"${expected}"`);
  }
});

const said = (message: object) => ({
  messages: [{ role: 'user', content: 'x' }, message, { role: 'user', content: 'x' }],
});
const user = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
const refused: readonly (readonly [object, string])[] = [
  [{ n: 2 }, 'n'],
  [{ seed: 1 }, 'seed'],
  [{ logprobs: true }, 'logprobs'],
  [{ logit_bias: {} }, 'logit_bias'],
  [{ frequency_penalty: 1 }, 'frequency_penalty'],
  [{ temperature: 1.5 }, 'temperature'],
  [{ response_format: { type: 'json_object' } }, 'response_format.type'],
  [{ tools: [{ type: 'custom', custom: {} }] }, 'tools[0].type'],
  [{ modalities: ['audio'] }, 'modalities[0]'],
  [said({ role: 'function', name: 'x', content: 'x' }), 'messages[1].role'],
  [said({ role: 'user', content: 'x', name: 'x' }), 'messages[1].name'],
  [said({ role: 'assistant', content: 'x', reasoning_content: 'x' }), 'messages[1].reasoning_content'],
  [
    said({
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'x', arguments: '7' } }],
    }),
    'messages[1].tool_calls[0].function.arguments',
  ],
  [user({ type: 'input_audio', input_audio: {} }), 'messages[0].content[0].type'],
  [user({ type: 'image_url', image_url: { url: 'data:image/bmp;base64,AA==' } }), 'messages[0].content[0]'],
  [user({ type: 'image_url', image_url: { url: 'file:///a' } }), 'messages[0].content[0].image_url.url'],
  [
    {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'x' },
      ],
    },
    'messages[1].role',
  ],
];

test('what Messages cannot say is refused by name, before money is held', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  for (const [fields, name] of refused) {
    const answer = await postChat(cloud, customer, { model, ...fields });
    const { error } = (await answer.json()) as { error: { type: string; param: string } };
    expect([answer.status, error], name).toMatchObject([400, { type: 'invalid_request_error', param: name }]);
  }
  const embeddings = await fetch(`${cloud.url}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt: 'x' }),
  });
  expect(await embeddings.json()).toMatchObject({ error: { code: 'endpoint_not_served' } });
  expect(cloud.upstream.seen).toHaveLength(0);
  expect(await cloud.balance(customer)).toEqual({ posted: plenty, held: 0n });
});

test('an answer that breaks after its first word ends with an error event; its upstream has said what it read, and what it wrote is given away', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const [start = '', , block = '', delta = ''] = messageEvents();
  const tails = ['', messageEvent('error', { error: { message: '10.0.0.5' } }), 'data: 10.0.0.5\n\n', start];
  for (const tail of tails) {
    let goOn = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    cloud.upstream.script(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(start + block + delta);
      await hasBegun;
      response.end(tail);
    });
    const begun = await postChat(cloud, customer, { model, stream: true });
    goOn();
    const answer = await begun.text();
    expect(answer, tail).toContain('"content":"Hello ');
    expect(answer, tail).toMatch(/data: \{"error":\{[^\n]+"code":"upstream_failed"\}\}\n\n$/);
    expect(answer, tail).not.toContain('10.0.0.5');
  }
  for (const row of await cloud.usage(customer, tails.length))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
});
