import { expect } from 'vitest';
import { answerWell, sendJson } from '../../../../testing/fake-upstream.ts';
import { test } from '../../../../testing/gateway.ts';
import {
  aModelSpeaking,
  answerMessages,
  messageEvent,
  messageEvents,
  messageUsage,
  postMessages,
} from '../../../../testing/messages.ts';

// Messages in front of an upstream that speaks them: its bytes and events, with our promises about them.

const plenty = 100_000_000n;
const secretWords = 'the account of 10.0.0.5 is not paid';

test('a request goes to the upstream as it came, under the name and the key of the upstream, and the answer comes back under the public name', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  const tools = [{ name: 'look', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } }];
  const answer = await postMessages(
    cloud,
    customer,
    { model, system: 'Be short', tools, top_k: 3, metadata: { user_id: 'a person' } },
    {
      authorization: `Bearer ${customer.secret}`,
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a-beta-2026-01-01',
    },
  );
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    model,
    content: [{ type: 'text', text: 'Hello world!' }],
    usage: messageUsage,
  });
  const [seen] = cloud.upstream.seen;
  expect(seen?.path).toBe('/v1/messages');
  expect(seen?.headers).toMatchObject({
    'x-api-key': 'upstream-secret',
    'anthropic-version': '2026-10-21',
    'anthropic-beta': 'a-beta-2026-01-01',
  });
  expect(seen?.headers).not.toHaveProperty('authorization');
  expect(seen?.body).toEqual({
    model: 'vendor/model',
    system: 'Be short',
    tools,
    top_k: 3,
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Say hello' }],
  });
  expect((await cloud.usage(customer, 1))[0]).toMatchObject({
    input_tokens: 10,
    output_tokens: 3,
    charge_micros: 16_000n,
    is_estimated: false,
    outcome: 'completed',
  });
});

test('a streamed answer arrives event by event under the public name, and its end with the booking', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const content = [
    { type: 'thinking', thinking: 'Let me see', signature: 'c2ln' },
    { type: 'text', text: 'Hello world!' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'the "model"' } },
  ];
  cloud.upstream.script(answerMessages({ content, stopReason: 'tool_use' }));
  const answer = await postMessages(cloud, customer, { model, stream: true });
  const expected = messageEvents({ content, stopReason: 'tool_use' }, model).filter(
    (event) => !event.startsWith('event: ping'),
  );
  expect(await answer.text()).toBe(expected.join(''));
  expect((await cloud.usage(customer, 1))[0]).toMatchObject({
    input_tokens: 10,
    output_tokens: 3,
    is_estimated: false,
    is_streamed: true,
    outcome: 'completed',
  });
});

test('tokens read from a cache and written to one are counted apart', async ({ cloud, database }) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const usage = {
    input_tokens: 5,
    cache_read_input_tokens: 700,
    cache_creation_input_tokens: 90,
    output_tokens: 20,
  };
  cloud.upstream.script(answerMessages({ usage }));
  await (await postMessages(cloud, customer, { model })).text();
  await (await postMessages(cloud, customer, { model, stream: true })).text();
  await cloud.usage(customer, 2);
  const { rows } = await database.admin.query(
    'select meters, quantities::int[] from billing.usage_events where tenant_id = $1',
    [customer.person.tenant.id],
  );
  const meters = [
    'gateway.calls',
    'gateway.input-tokens',
    'gateway.cached-input-tokens',
    'gateway.cache-write-tokens',
    'gateway.output-tokens',
  ];
  expect(rows).toEqual([
    { meters, quantities: [1, 5, 700, 90, 20] },
    { meters, quantities: [1, 5, 700, 90, 20] },
  ]);
});

test("failures have Anthropic's form, before an answer and in it, and tell nothing of the upstream", async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  const errorOf = async (answer: Response) => {
    const body = (await answer.json()) as { request_id: string };
    expect(body.request_id).toBe(answer.headers.get('request-id'));
    return { status: answer.status, ...body };
  };
  const said = (status: number, type: string) =>
    expect.objectContaining({
      status,
      type: 'error',
      error: { type, message: expect.not.stringContaining('10.0.0.5') },
    });
  const poor = await cloud.customer(0n);
  expect(await errorOf(await postMessages(cloud, poor, { model }))).toEqual(said(402, 'billing_error'));
  expect(await errorOf(await postMessages(cloud, customer, { model }, {}))).toEqual(
    said(401, 'authentication_error'),
  );
  expect(await errorOf(await postMessages(cloud, customer, { model: 'none' }))).toEqual(
    said(404, 'not_found_error'),
  );
  for (const [fields, name] of [
    [{ max_tokens: undefined }, 'max_tokens'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ messages: undefined }, 'messages'],
    [{ stream: 'yes' }, 'stream'],
  ] as const) {
    const heard = await errorOf(await postMessages(cloud, customer, { model, ...fields }));
    expect(heard).toEqual(said(400, 'invalid_request_error'));
    expect(JSON.stringify(heard)).toContain(name);
  }
  expect(
    await errorOf(
      await postMessages(
        cloud,
        customer,
        { model },
        {
          'x-api-key': customer.secret,
          'anthropic-version': 'latest',
        },
      ),
    ),
  ).toEqual(said(400, 'invalid_request_error'));
  expect(
    await errorOf(await fetch(`${cloud.url}/v1/messages`, { headers: { 'x-api-key': customer.secret } })),
  ).toEqual(said(405, 'invalid_request_error'));
  expect(cloud.upstream.seen).toHaveLength(0);

  const refusals = [
    { status: 400, type: 'invalid_request_error', heard: [400, 'invalid_request_error'] },
    { status: 401, type: 'authentication_error', heard: [502, 'api_error'] },
    { status: 429, type: 'rate_limit_error', heard: [429, 'rate_limit_error'] },
    { status: 529, type: 'overloaded_error', heard: [503, 'overloaded_error'] },
  ] as const;
  for (const { status, type, heard } of refusals) {
    const message = status === 400 ? 'messages: too many' : secretWords;
    cloud.upstream.script((_request, response) =>
      sendJson(response, status, { type: 'error', error: { type, message } }),
    );
    const answer = await errorOf(await postMessages(cloud, customer, { model, stream: true }));
    expect(answer).toEqual(said(...(heard as [number, string])));
    if (status === 400) expect(JSON.stringify(answer)).toContain('too many');
  }

  const [start = '', , block = '', delta = ''] = messageEvents();
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const error = { error: { type: 'overloaded_error', message: secretWords } };
    response.end(start + block + delta + messageEvent('error', error));
  });
  const broken = await (await postMessages(cloud, customer, { model, stream: true })).text();
  expect(broken).toMatch(
    /event: error\ndata: \{"type":"error","error":\{"type":"api_error"[^\n]+"request_id":"req_\w+"\}\n\n$/,
  );
  expect(broken).not.toContain('10.0.0.5');
});

test('a server that speaks both is asked in the protocol of the client, with the key in both forms', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['chat', 'messages']);
  cloud.upstream.script(answerMessages());
  await (await postMessages(cloud, customer, { model })).text();
  cloud.upstream.script(answerWell());
  await customer.client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] });
  const [first, second] = cloud.upstream.seen;
  expect([first?.path, second?.path]).toEqual(['/v1/messages', '/v1/chat/completions']);
  expect(first?.headers).toMatchObject({
    'x-api-key': 'upstream-secret',
    authorization: 'Bearer upstream-secret',
  });
  expect(second?.headers).not.toHaveProperty('x-api-key');
});

test('tokens are counted by a server that can, and here by the rule of estimates where none can; a count costs nothing', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const model = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  const count = async (model: string) => {
    const answer = await fetch(`${cloud.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': customer.secret, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x'.repeat(270) }] }),
    });
    return answer.json();
  };
  expect(await count(model)).toEqual({ input_tokens: 14 });
  expect(cloud.upstream.seen.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
  // 270 letters in 300 bytes of JSON, at three bytes a token.
  expect(await count(cloud.modelId)).toEqual({ input_tokens: 100 });
  expect(cloud.upstream.seen).toHaveLength(1);
  // One server that can is enough.
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: cloud.upstream.baseUrl,
    protocols: ['messages'],
    models: [{ modelId: cloud.modelId, upstreamModel: 'vendor/model' }],
  });
  await cloud.untilHeard();
  expect(await count(cloud.modelId)).toEqual({ input_tokens: 14 });
  for (const row of await cloud.usage(customer, 2))
    expect(row).toMatchObject({ charge_micros: 0n, outcome: 'completed' });
  expect(await cloud.balance(customer)).toMatchObject({ posted: plenty });
});
