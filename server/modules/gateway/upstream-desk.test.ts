import { expect, onTestFinished } from 'vitest';
import { answerWell, sendJson, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, offerModel, test } from '../../testing/gateway.ts';
import { startModelServer } from './model-server.fixture.ts';

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly hasApiKey: boolean;
  readonly headers: readonly object[];
  readonly models: readonly { readonly modelId: string; readonly margins: readonly object[] }[];
}

async function ownUpstream(cloud: Cloud): Promise<{ url: string; shown: () => Promise<Shown> }> {
  const find = async () => {
    const answer = await cloud.operator.call('GET', '/api/gateway/upstreams');
    const found = answer.json<{ items: Shown[] }>().items.find(({ name }) => name === cloud.modelId);
    if (found === undefined) throw new Error('the upstream of the test is not there');
    return found;
  };
  return { url: `/api/gateway/upstreams/${(await find()).id}`, shown: find };
}

const hello = { messages: [{ role: 'user' as const, content: 'hi' }] };

test('headers of the operator are on every request, secret values sealed and never shown, and none of them is one of ours', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const { url, shown } = await ownUpstream(cloud);
  const headers = [
    { name: 'OpenAI-Organization', isSecret: false, value: 'org-1' },
    { name: 'X-Gateway-Token', isSecret: true, value: 'token-of-a-vendor' },
  ];
  const changed = await cloud.operator.call('PATCH', url, { headers });
  expect(changed.statusCode).toBe(200);
  expect(changed.body).not.toContain('token-of-a-vendor');
  expect((await shown()).headers).toEqual([
    { name: 'openai-organization', isSecret: false, value: 'org-1' },
    { name: 'x-gateway-token', isSecret: true, value: null },
  ]);
  const { rows } = await database.admin.query<{ headers: string }>(
    'select headers::text from gateway.upstreams where name = $1',
    [cloud.modelId],
  );
  expect(rows[0]?.headers).toContain('org-1');
  expect(rows[0]?.headers).not.toContain('token-of-a-vendor');
  await cloud.untilHeard();
  await customer.client.chat.completions.create({ model: cloud.modelId, ...hello });
  expect(cloud.upstream.seen.at(-1)?.headers).toMatchObject({
    authorization: 'Bearer upstream-secret',
    'openai-organization': 'org-1',
    'x-gateway-token': 'token-of-a-vendor',
  });
  for (const name of [
    'Authorization',
    'x-api-key',
    'Host',
    'Connection',
    'TE',
    'Content-Length',
    'Via',
    'bad name',
  ])
    expect(
      (await cloud.operator.call('PATCH', url, { headers: [{ name, isSecret: false, value: 'x' }] }))
        .statusCode,
      name,
    ).toBe(400);
  for (const value of ['a\r\nHost: evil', '', 'ü', ' a'])
    expect(
      (await cloud.operator.call('PATCH', url, { headers: [{ name: 'x-a', isSecret: false, value }] }))
        .statusCode,
      value,
    ).toBe(400);
});

test('a secret header that is not typed again stays at its address, goes nowhere else and is tried with the server', async ({
  cloud,
}) => {
  const { url, shown } = await ownUpstream(cloud);
  const kept = [{ name: 'x-token', isSecret: true, value: null }];
  const vendor = await startModelServer();
  onTestFinished(() => vendor.close());
  await cloud.operator.call('PATCH', url, {
    baseUrl: vendor.baseUrl,
    headers: [{ ...kept[0], value: 'token-of-a-vendor' }],
  });
  await cloud.operator.call('PATCH', url, { headers: kept });
  await cloud.operator.call('PATCH', url, { enabled: true });
  const { id } = await shown();
  await cloud.operator.call('POST', '/api/gateway/upstreams/test', {
    upstreamId: id,
    baseUrl: vendor.baseUrl,
  });
  expect(vendor.seen.length).toBeGreaterThan(0);
  expect(vendor.seen.every(({ headers }) => headers['x-token'] === 'token-of-a-vendor')).toBe(true);

  const other = await startModelServer();
  onTestFinished(() => other.close());
  await cloud.operator.call('POST', '/api/gateway/upstreams/test', {
    upstreamId: id,
    baseUrl: other.baseUrl,
  });
  expect(other.seen.length).toBeGreaterThan(0);
  expect(other.seen.filter(({ headers }) => 'x-token' in headers)).toEqual([]);
  await cloud.operator.call('PATCH', url, { baseUrl: other.baseUrl });
  expect((await shown()).headers).toEqual([]);
});

test('the margin of each meter stands beside cost and price, a loss below zero, and cached input is priced as input', async ({
  cloud,
}) => {
  const { url, shown } = await ownUpstream(cloud);
  // Sold at 1000 micro-yuan an input token and 2000 an output token.
  const costs = [
    { meter: 'gateway.input-tokens', micros: 250_000_000, perUnits: 1_000_000 },
    { meter: 'gateway.cached-input-tokens', micros: 1_000, perUnits: 1 },
    { meter: 'gateway.output-tokens', micros: 7_000, perUnits: 3 },
  ];
  const models = [{ modelId: cloud.modelId, upstreamModel: 'vendor/model', weight: 5, priority: 2, costs }];
  expect((await cloud.operator.call('PATCH', url, { models })).statusCode).toBe(200);
  const [model] = (await shown()).models;
  expect(model).toMatchObject({ weight: 5, priority: 2, costs });
  expect(model?.margins).toMatchObject([
    { meter: 'gateway.input-tokens', marginBasisPoints: 7_500 },
    {
      meter: 'gateway.cached-input-tokens',
      marginBasisPoints: 0,
      price: { micros: 1_000_000, perUnits: 1_000 },
    },
    // (2000 − 7000/3) / 2000 = −16.666… %, and never shown as less of a loss.
    { meter: 'gateway.output-tokens', marginBasisPoints: -1_667 },
  ]);
  // What is not said again stays.
  const again = [{ modelId: cloud.modelId, upstreamModel: 'vendor/other' }];
  await cloud.operator.call('PATCH', url, { models: again });
  expect((await shown()).models[0]).toMatchObject({ upstreamModel: 'vendor/other', weight: 5, costs });
  const wrong = [{ ...again[0], costs: [{ meter: 'gateway.no-such-meter', micros: 1, perUnits: 1 }] }];
  expect((await cloud.operator.call('PATCH', url, { models: wrong })).statusCode).toBe(400);
});

test('what a model costs the operator is for operators alone', async ({ cloud }) => {
  const customer = await cloud.customer(0n);
  const { url } = await ownUpstream(cloud);
  const costs = [{ meter: 'gateway.input-tokens', micros: 123_457, perUnits: 1_000_000 }];
  await cloud.operator.call('PATCH', url, {
    models: [{ modelId: cloud.modelId, upstreamModel: 'vendor/model', costs }],
  });
  const catalogue = await customer.person.call('GET', '/api/catalog/models');
  expect(catalogue.body).toContain(cloud.modelId);
  expect(catalogue.body).not.toContain('123457');
  expect((await customer.person.call('GET', '/api/gateway/upstreams')).statusCode).toBe(403);
});

test('requests go to the first priority, and to the next when it fails', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n);
  const second = await startFakeUpstream();
  onTestFinished(() => second.close());
  const modelId = `${cloud.modelId}-routed`;
  await offerModel(cloud.system, modelId);
  const add = (name: string, baseUrl: string, priority: number) =>
    cloud.operator.call('POST', '/api/gateway/upstreams', {
      name: `${modelId}-${name}`,
      baseUrl,
      models: [{ modelId, upstreamModel: name, priority }],
    });
  await add('spare', second.baseUrl, 2);
  await add('first', cloud.upstream.baseUrl, 1);
  await cloud.untilHeard();
  const ask = () => customer.client.chat.completions.create({ model: modelId, ...hello });
  for (let turn = 0; turn < 6; turn += 1) await ask();
  expect(second.seen).toEqual([]);
  cloud.upstream.script((_request, response) => sendJson(response, 500, { error: { message: 'broken' } }));
  expect((await ask()).choices[0]?.message.content).toBe('Hello world!');
  expect(second.seen).toHaveLength(1);
  // The first rests now, so the spare is asked at once.
  const before = cloud.upstream.seen.length;
  await ask();
  expect(cloud.upstream.seen).toHaveLength(before);
});

test('a key is changed without an interruption: an answer under way ends with the old key, the next begins with the new one', async ({
  cloud,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const { url } = await ownUpstream(cloud);
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  cloud.upstream.script(answerWell({ gates: { 1: gate } }));
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    stream: true,
    ...hello,
  });
  const reader = stream[Symbol.asyncIterator]();
  const first = await reader.next();
  expect(first.value?.choices[0]?.delta.content).toBe('Hello');
  expect((await cloud.operator.call('PATCH', url, { apiKey: 'the-next-key' })).statusCode).toBe(200);
  await cloud.untilHeard();
  cloud.upstream.script(answerWell());
  await customer.client.chat.completions.create({ model: cloud.modelId, ...hello });
  expect(cloud.upstream.seen.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer upstream-secret',
    'Bearer the-next-key',
  ]);
  goOn();
  let text = 'Hello';
  for (let next = await reader.next(); next.done !== true; next = await reader.next())
    text += next.value.choices[0]?.delta.content ?? '';
  expect(text).toBe('Hello world!');
});
