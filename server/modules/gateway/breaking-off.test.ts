import type { ServerResponse } from 'node:http';
import { APIError, InternalServerError } from 'openai';
import { expect } from 'vitest';
import { answerWell, sendJson, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../testing/gateway.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];
const plenty = 100_000_000n;
const patience = { timeout: 10_000 };
const fiveWords = ['one ', 'two ', 'three ', 'four ', 'five '];

function ask(cloud: Cloud, customer: Customer, options: object = {}) {
  return customer.client.chat.completions.create({ model: cloud.modelId, messages, ...options });
}

/** A promise that a test resolves when it wants the upstream to go on. */
function aGate() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}

/** Reads one event, hangs up, and waits until the server has seen it. */
async function leaveAfterFirstEvent(cloud: Cloud, customer: Customer): Promise<void> {
  const left = new Promise((resolve) =>
    cloud.app.server.once('request', (_request, response: ServerResponse) => response.once('close', resolve)),
  );
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  });
  for await (const _chunk of stream) break;
  stream.controller.abort();
  await left;
}

async function setPolicy(cloud: Cloud, changes: object): Promise<void> {
  const listed = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<{
    items: { id: string; name: string }[];
  }>();
  const id = listed.items.find(({ name }) => name === cloud.modelId)?.id ?? '';
  expect((await cloud.operator.call('PATCH', `/api/gateway/upstreams/${id}`, changes)).statusCode).toBe(200);
  await cloud.untilHeard();
}

test('a client that leaves a paid upstream is charged what the upstream reports', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ words: fiveWords, gates: { 2: gate } }));
  await leaveAfterFirstEvent(cloud, customer);
  open();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({
    outcome: 'client_gone',
    input_tokens: 10,
    output_tokens: 5,
    charge_micros: 20_000n,
    is_estimated: false,
  });
});

test('a client that leaves in the middle of a stream is charged what had arrived, once and flagged, and the upstream stops', async ({
  cloud,
}) => {
  await setPolicy(cloud, { whenClientLeaves: 'abort' });
  const customer = await cloud.customer(plenty);
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ words: fiveWords, gates: { 2: gate } }));
  await leaveAfterFirstEvent(cloud, customer);
  await cloud.upstream.seen[0]?.gone;
  open();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'client_gone', is_estimated: true });
  expect(row?.output_tokens).toBeGreaterThanOrEqual(1);
  expect(row?.output_tokens).toBeLessThan(5);
  expect(row?.charge_micros).toBe(
    BigInt(row?.input_tokens ?? 0) * 1000n + BigInt(row?.output_tokens ?? 0) * 2000n,
  );
});

test('a client that leaves before anything arrived pays nothing when the upstream stops', async ({
  cloud,
}) => {
  await setPolicy(cloud, { whenClientLeaves: 'abort' });
  const customer = await cloud.customer(plenty);
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ words: fiveWords, gates: { 0: gate } }));
  const abort = new AbortController();
  const call = customer.client.chat.completions.create(
    { model: cloud.modelId, messages, stream: true },
    { signal: abort.signal },
  );
  await expect.poll(() => cloud.upstream.seen.length, patience).toBe(1);
  abort.abort();
  await expect(call).rejects.toThrow(/abort/i);
  await cloud.upstream.seen[0]?.gone;
  open();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'client_gone', charge_micros: 0n });
});

test('an upstream that breaks off in the middle ends the stream with an error, and what it has not counted is given away', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(answerWell({ words: fiveWords, cutBefore: 3 }));
  let text = '';
  const reading = (async () => {
    for await (const chunk of await customer.client.chat.completions.create({
      model: cloud.modelId,
      messages,
      stream: true,
    }))
      text += chunk.choices[0]?.delta.content ?? '';
  })();
  const failure = await reading.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(APIError);
  expect(failure).toMatchObject({ code: 'upstream_failed' });
  expect(text).toBe('one two three ');
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n, output_tokens: 0 });
});

test('an upstream that breaks off before the first byte costs nothing', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) => void response.destroy());
  for (const stream of [true, false]) {
    const failure = await ask(cloud, customer, { stream }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InternalServerError);
    expect(failure).toMatchObject({ status: 502, code: 'upstream_failed', type: 'server_error' });
  }
  const rows = await cloud.usage(customer, 2);
  expect(rows.map(({ outcome, charge_micros }) => [outcome, charge_micros])).toEqual([
    ['upstream_failed', 0n],
    ['upstream_failed', 0n],
  ]);
  expect(await cloud.balance(customer)).toMatchObject({ posted: plenty });
});

test('half a JSON reply is never delivered as if it were whole', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":"x","choices":[');
    setImmediate(() => response.destroy());
  });
  expect(await ask(cloud, customer).catch((error: unknown) => error)).toMatchObject({ status: 502 });
});

test('wrong shapes are failures of the upstream and cost nothing', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const shapes: [boolean, string, string][] = [
    [false, 'text/html', '<h1>hello</h1>'],
    [false, 'application/json', '[1,2'],
    [false, 'application/json', '{"error":{"message":"out of memory"}}'],
    [false, 'text/event-stream', 'data: {}\n\n'],
    [true, 'application/json', '{"choices":[]}'],
    [true, 'text/event-stream', ''],
  ];
  for (const [stream, type, body] of shapes) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect(await ask(cloud, customer, { stream }).catch((error: unknown) => error), body).toMatchObject({
      status: 502,
      code: 'upstream_failed',
    });
  }
  const rows = await cloud.usage(customer, shapes.length);
  expect(
    rows.every(({ charge_micros, outcome }) => charge_micros === 0n && outcome === 'upstream_failed'),
  ).toBe(true);
});

test('what the client can mend reaches it in the words of the upstream; what it cannot, does not', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 400, {
      error: {
        message: 'context too long',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    }),
  );
  expect(await ask(cloud, customer).catch((error: unknown) => error)).toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
    param: 'messages',
  });
  for (const [status, seen] of [
    [401, 502],
    [402, 502],
    [403, 502],
    [409, 502],
    [404, 502],
    [500, 502],
    [302, 502],
    [429, 429],
    [503, 503],
  ] as const) {
    cloud.upstream.script((_request, response) =>
      sendJson(response, status, { error: { message: 'secret detail of the operator' } }),
    );
    const failure = await ask(cloud, customer).catch((error: unknown) => error);
    expect(failure, String(status)).toMatchObject({ status: seen });
    expect(String(failure)).not.toContain('secret detail');
  }
  expect(await cloud.balance(customer)).toMatchObject({ posted: plenty });
});

test('a second upstream answers when the first fails before its first byte', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const second = await startFakeUpstream();
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: second.baseUrl,
    models: [{ modelId: cloud.modelId, upstreamModel: 'other/name', priority: 2 }],
  });
  cloud.upstream.script((_request, response) => sendJson(response, 500, {}));
  await expect
    .poll(
      () =>
        ask(cloud, customer).then(
          () => 'answered',
          () => 'failed',
        ),
      patience,
    )
    .toBe('answered');
  for (let turn = 0; turn < 3; turn += 1) await ask(cloud, customer);
  // The first one cools down: it was asked once or twice, not every time.
  expect(cloud.upstream.seen.length).toBeLessThan(4);
  expect(second.seen.at(-1)?.body['model']).toBe('other/name');
  const upstreams = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<{
    items: { name: string; health: { status: string; lastFailure: string | null } }[];
  }>().items;
  expect(upstreams.find(({ name }) => name === cloud.modelId)?.health).toMatchObject({
    status: 'failing',
    lastFailure: 'status_500',
  });
  await second.close();
});

test('a stop in the middle of a stream ends it with an error event, is no completed request, and what arrived is charged', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ words: fiveWords, gates: { 2: gate } }));
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  });
  const events = stream[Symbol.asyncIterator]();
  await events.next();
  const closed = cloud.app.close();
  const reading = (async () => {
    while ((await events.next()).done !== true);
  })();
  expect(await reading.catch((error: unknown) => error)).toMatchObject({ code: 'service_unavailable' });
  await closed;
  open();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'stopped', is_estimated: true });
  expect(row?.charge_micros).toBeGreaterThan(0n);
}, 60_000);
