import { expect } from 'vitest';
import { answerWell, type Script, sendJson } from '../../../../testing/fake-upstream.ts';
import { test } from '../../../../testing/gateway.ts';
import { postMessages } from '../../../../testing/messages.ts';

// What a server that speaks chat completions alone answers, as a client of Messages reads it.

const plenty = 100_000_000n;
const usage = {
  prompt_tokens: 100,
  completion_tokens: 7,
  total_tokens: 107,
  prompt_tokens_details: { cached_tokens: 60 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const converted = {
  input_tokens: 40,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 60,
  output_tokens: 7,
  output_tokens_details: { thinking_tokens: 3 },
};

function chunk(delta: object, more: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'vendor/model', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
}
const usageChunk = `data: ${JSON.stringify({ id: 'c', choices: [], usage })}\n\n`;

function stream(...events: string[]): Script {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(events.join(''));
  };
}

/** What a client reads: the names of events, and the data of those that matter. */
async function eventsOf(answer: Response) {
  const text = await answer.text();
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      const fields = JSON.parse(data) as Record<string, unknown>;
      expect(fields['type']).toBe(name);
      return fields;
    });
}
test('a whole answer comes back in blocks, with its usage in the parts that are charged', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const call = (id: string, at: number) => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: JSON.stringify({ at }) },
  });
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, {
      id: 'c',
      model: 'vendor/model',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Let me look',
            reasoning_content: 'I should look',
            tool_calls: [call('call_1', 1), call('call_2', 2)],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    }),
  );
  const answer = await postMessages(cloud, customer, { model: cloud.modelId });
  expect(await answer.json()).toEqual({
    id: expect.stringMatching(/^msg_/),
    type: 'message',
    role: 'assistant',
    model: cloud.modelId,
    container: null,
    stop_details: null,
    content: [
      { type: 'thinking', thinking: 'I should look', signature: '' },
      { type: 'text', text: 'Let me look' },
      { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
      { type: 'tool_use', id: 'call_2', name: 'look', input: { at: 2 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: converted,
  });
  expect((await cloud.usage(customer, 1))[0]).toMatchObject({
    input_tokens: 40,
    output_tokens: 4,
    is_estimated: false,
    is_streamed: false,
    outcome: 'completed',
  });
});

test('a streamed answer comes back in blocks that follow each other', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const call = (index: number, fields: object) => chunk({ tool_calls: [{ index, ...fields }] });
  cloud.upstream.script(
    stream(
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'I should' }),
      chunk({ reasoning_content: ' look' }),
      chunk({ content: 'Let me' }),
      chunk({ content: ' look' }),
      call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }),
      call(0, { function: { arguments: '{"at":' } }),
      call(0, { function: { arguments: '1}' } }),
      call(1, { id: 'call_2', type: 'function', function: { name: 'look', arguments: '{"at":2}' } }),
      chunk({}, { finish_reason: 'tool_calls' }),
      usageChunk,
      'data: [DONE]\n\n',
    ),
  );
  const answer = await postMessages(cloud, customer, { model: cloud.modelId, stream: true });
  const block = (index: number, content_block: object, ...deltas: object[]) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
  expect(await eventsOf(answer)).toEqual([
    {
      type: 'message_start',
      message: {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'assistant',
        model: cloud.modelId,
        container: null,
        stop_details: null,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: 0,
          output_tokens_details: { thinking_tokens: 0 },
        },
      },
    },
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'I should' },
      { type: 'thinking_delta', thinking: ' look' },
    ),
    ...block(
      1,
      { type: 'text', text: '' },
      { type: 'text_delta', text: 'Let me' },
      { type: 'text_delta', text: ' look' },
    ),
    ...block(
      2,
      { type: 'tool_use', id: 'call_1', name: 'look', input: {} },
      { type: 'input_json_delta', partial_json: '{"at":' },
      { type: 'input_json_delta', partial_json: '1}' },
    ),
    ...block(
      3,
      { type: 'tool_use', id: 'call_2', name: 'look', input: {} },
      { type: 'input_json_delta', partial_json: '{"at":2}' },
    ),
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: converted },
    { type: 'message_stop' },
  ]);
  expect(cloud.upstream.seen[0]?.body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  });
  expect((await cloud.usage(customer, 1))[0]).toMatchObject({
    input_tokens: 40,
    output_tokens: 4,
    is_estimated: false,
    is_streamed: true,
  });
});

const reasons = {
  stop: { finish_reason: 'stop' },
  'a sequence of the client': { finish_reason: 'stop', stop_reason: 'END' },
  'the maximum': { finish_reason: 'length' },
  'a filter': { finish_reason: 'content_filter' },
};
const stops = {
  stop: ['end_turn', null],
  'a sequence of the client': ['stop_sequence', 'END'],
  'the maximum': ['max_tokens', null],
  'a filter': ['refusal', null],
};

test('the reason of an end comes in the words of Messages, streamed and whole', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  for (const name of Object.keys(reasons) as (keyof typeof reasons)[]) {
    const [stop_reason, stop_sequence] = stops[name];
    cloud.upstream.script(stream(chunk({ content: 'x' }), chunk({}, reasons[name]), usageChunk));
    const events = await eventsOf(
      await postMessages(cloud, customer, { model: cloud.modelId, stream: true }),
    );
    expect(events.at(-2), name).toMatchObject({ delta: { stop_reason, stop_sequence } });
    cloud.upstream.script((_request, response) =>
      sendJson(response, 200, {
        choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, ...reasons[name] }],
        usage,
      }),
    );
    const whole = await postMessages(cloud, customer, { model: cloud.modelId });
    expect(await whole.json(), name).toMatchObject({ stop_reason, stop_sequence });
  }
});

test('an answer without a report shows the estimate that is booked', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(answerWell({ reportsUsage: false, words: ['twelve bytes'] }));
  const whole = (await (await postMessages(cloud, customer, { model: cloud.modelId })).json()) as {
    usage: { input_tokens: number; output_tokens: number };
  };
  const events = await eventsOf(await postMessages(cloud, customer, { model: cloud.modelId, stream: true }));
  expect(whole.usage.output_tokens).toBe(4);
  expect(events.at(-2)).toMatchObject({ usage: whole.usage });
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({
      is_estimated: true,
      input_tokens: whole.usage.input_tokens,
      output_tokens: 4,
    });
});
const text = chunk({ content: 'Hello' });
const end = chunk({}, { finish_reason: 'tool_calls' }) + 'data: [DONE]\n\n';
const broken: Readonly<Record<string, Script>> = {
  'a cut in the middle': stream(text),
  'an error in the middle': stream(`${text}data: {"error":{"message":"10.0.0.5"}}\n\n`),
  'words in the middle': stream(`${text}data: 10.0.0.5\n\n`),
  'a call without a name': stream(
    text + chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }) + end,
  ),
};

test('an answer that breaks after its first word ends with an error event, and what the upstream did not count is given away', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  for (const [name, script] of Object.entries(broken)) {
    cloud.upstream.script(script);
    const answer = await postMessages(cloud, customer, { model: cloud.modelId, stream: true });
    const read = await answer.text();
    // What comes in one read with the first word is a failure before it.
    if (answer.status === 200) expect(read, name).toMatch(/^event: message_start\n/);
    expect(read, name).toMatch(/\{"type":"error","error":\{"type":"api_error"[^\n]+\n*$/);
    expect(read, name).not.toContain('10.0.0.5');
  }
  for (const row of await cloud.usage(customer, Object.keys(broken).length))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
});

test('a whole answer that cannot be converted is a failure of the upstream, and free', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, {
      choices: [
        {
          index: 0,
          message: { tool_calls: [{ id: 'a', function: { arguments: '{}' } }] },
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    }),
  );
  const answer = await postMessages(cloud, customer, { model: cloud.modelId });
  expect([answer.status, await answer.json()]).toMatchObject([502, { error: { type: 'api_error' } }]);
  expect((await cloud.usage(customer, 1))[0]).toMatchObject({
    outcome: 'upstream_failed',
    charge_micros: 0n,
  });
});
