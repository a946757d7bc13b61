import { expect } from 'vitest';
import { aPerson } from '../../testing/factories.ts';
import { jsonPrices, offerModel, test } from '../../testing/gateway.ts';
import { createLog } from '../../kernel/log.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp } from '../../testing/test.ts';
import { createKeySeal } from './sealed-key.ts';

interface Upstream {
  id: string;
  name: string;
  hasApiKey: boolean;
  health: { status: string };
}

test('the key of an upstream is sealed in the database and never shown again', async ({
  cloud,
  database,
}) => {
  const listed = await cloud.operator.call('GET', '/api/gateway/upstreams');
  expect(listed.body).not.toContain('upstream-secret');
  const upstream = listed.json<{ items: Upstream[] }>().items.find(({ name }) => name === cloud.modelId);
  expect(upstream).toMatchObject({ hasApiKey: true, health: { status: 'unknown' } });
  const { rows } = await database.admin.query<{ sealed_key: string }>(
    'select sealed_key from gateway.upstreams where id = $1',
    [upstream?.id],
  );
  expect(rows[0]?.sealed_key).not.toContain('upstream-secret');
  expect(Buffer.from(rows[0]?.sealed_key ?? '', 'base64url').toString('latin1')).not.toContain(
    'upstream-secret',
  );
});

test('a sealed key opens only for its upstream, under its secret, unchanged', () => {
  const seal = createKeySeal(Buffer.alloc(32, 1));
  const sealed = seal.seal('up_1', 'sk-vendor');
  expect(seal.open('up_1', sealed)).toBe('sk-vendor');
  expect(seal.seal('up_1', 'sk-vendor')).not.toBe(sealed);
  expect(() => seal.open('up_2', sealed)).toThrow(/authenticate/);
  expect(() => createKeySeal(Buffer.alloc(32, 2)).open('up_1', sealed)).toThrow(/authenticate/);
  expect(() => seal.open('up_1', `${sealed.slice(0, -2)}AA`)).toThrow(/authenticate/);
});

test('a key does not follow an upstream to another address', async ({ cloud }) => {
  const items = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<{ items: Upstream[] }>()
    .items;
  const id = items.find(({ name }) => name === cloud.modelId)?.id ?? '';
  const same = await cloud.operator.call('PATCH', `/api/gateway/upstreams/${id}`, {
    baseUrl: cloud.upstream.baseUrl,
  });
  expect(same.json<Upstream>().hasApiKey).toBe(true);
  const moved = await cloud.operator.call('PATCH', `/api/gateway/upstreams/${id}`, {
    baseUrl: 'https://elsewhere.example/v1',
  });
  expect(moved.json<Upstream>().hasApiKey).toBe(false);
});

test('an upstream can be disabled, enabled and removed, and its models follow', async ({ cloud }) => {
  const customer = await cloud.customer(0n);
  const items = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<{ items: Upstream[] }>()
    .items;
  const url = `/api/gateway/upstreams/${items.find(({ name }) => name === cloud.modelId)?.id ?? ''}`;
  const offered = async () =>
    (await customer.client.models.list()).data.some(({ id }) => id === cloud.modelId);
  expect(await offered()).toBe(true);
  await cloud.operator.call('PATCH', url, { enabled: false });
  await cloud.untilHeard();
  expect(await offered()).toBe(false);
  await cloud.operator.call('PATCH', url, { enabled: true });
  await cloud.untilHeard();
  expect(await offered()).toBe(true);
  expect((await cloud.operator.call('DELETE', url)).statusCode).toBe(204);
  expect((await cloud.operator.call('DELETE', url)).statusCode).toBe(404);
  await cloud.untilHeard();
  expect(await offered()).toBe(false);
});

test('a model that is new to the catalogue is put there, and sold once it has a price', async ({ cloud }) => {
  const customer = await cloud.customer(10_000_000n);
  const modelId = `${cloud.modelId}-new`;
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'vendor/new', contextTokens: 4096 }],
  });
  const cards = (await cloud.operator.call('GET', '/api/catalog/models')).json<{ items: { id: string }[] }>()
    .items;
  expect(cards.find(({ id }) => id === modelId)).toMatchObject({
    contextTokens: 4096,
    kind: 'chat',
    price: null,
  });
  const ask = () =>
    customer.client.chat.completions
      .create({ model: modelId, messages: [{ role: 'user', content: 'x' }] })
      .then(
        () => 'answered',
        () => 'refused',
      );
  expect(await ask()).toBe('refused');
  const price = { sku: modelId, prices: jsonPrices };
  expect((await cloud.operator.call('POST', '/api/catalog/prices', price)).statusCode).toBe(201);
  await expect.poll(ask, { timeout: 10_000 }).toBe('answered');
});

test('a model that no upstream serves any more, or an operator withdraws, is neither shown nor called, and is offered again by an upstream that serves it', async ({
  cloud,
}) => {
  const customer = await cloud.customer(10_000_000n);
  const modelId = `${cloud.modelId}-leaves`;
  const upstream = (name: string) => ({
    name,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'vendor/leaves', contextTokens: 4096 }],
  });
  const add = async (name: string) => {
    const answer = await cloud.operator.call('POST', '/api/gateway/upstreams', upstream(name));
    return `/api/gateway/upstreams/${answer.json<{ id: string }>().id}`;
  };
  const isShown = async () => {
    const answer = await customer.person.call('GET', '/api/catalog/models');
    return answer.json<{ items: { id: string }[] }>().items.some(({ id }) => id === modelId);
  };
  const refusal = () =>
    customer.client.chat.completions
      .create({ model: modelId, messages: [{ role: 'user', content: 'x' }] })
      .then(
        () => null,
        ({ status }: { status: number }) => status,
      );
  const [first, second] = [await add(`${modelId}-1`), await add(`${modelId}-2`)];
  const price = { sku: modelId, prices: jsonPrices };
  expect((await cloud.operator.call('POST', '/api/catalog/prices', price)).statusCode).toBe(201);
  await cloud.operator.call('DELETE', first);
  expect(await isShown(), 'another upstream serves it').toBe(true);
  await expect.poll(refusal, { timeout: 10_000 }).toBe(null);

  const url = `/api/catalog/models/${modelId}`;
  expect((await customer.person.call('DELETE', url)).statusCode).toBe(403);
  expect((await cloud.operator.call('DELETE', url)).statusCode).toBe(204);
  expect((await cloud.operator.call('DELETE', url)).json()).toMatchObject({
    code: 'catalog.model_not_found',
  });
  expect(await isShown()).toBe(false);
  await expect.poll(refusal, { timeout: 10_000 }).toBe(404);
  expect((await cloud.operator.call('POST', '/api/catalog/prices', price)).statusCode).toBe(404);

  await cloud.operator.call('PATCH', second, { models: upstream('').models });
  expect(await isShown(), 'saved again').toBe(true);
  await expect.poll(refusal, { timeout: 10_000 }).toBe(null);
  await cloud.operator.call('DELETE', second);
  expect(await isShown(), 'nobody serves it').toBe(false);
});

test('only operators see or change upstreams', async ({ cloud, app }) => {
  const person = await aPerson(app);
  expect((await person.call('GET', '/api/gateway/upstreams')).statusCode).toBe(403);
  expect(
    (await person.call('POST', '/api/gateway/upstreams', { name: 'x', baseUrl: 'http://x/v1', models: [] }))
      .statusCode,
  ).toBe(403);
  expect(
    (
      await cloud.operator.call('POST', '/api/gateway/upstreams', {
        name: cloud.modelId,
        baseUrl: 'http://x/v1',
        models: [],
      })
    ).statusCode,
  ).toBe(409);
});

test.for([
  'ftp://host/v1',
  'file:///etc/passwd',
  'http://user:pass@host/v1',
  'http://169.254.169.254/latest',
  'http://[fe80::1]/v1',
  'http://host/v1?key=1',
  'host/v1',
  '',
])('is no address of an upstream: %s', async (baseUrl, { cloud }) => {
  const answer = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `bad ${baseUrl}`,
    baseUrl,
    models: [],
  });
  expect(answer.statusCode).toBe(400);
});

test('metrics are for this machine or the token only and name no customer', async ({
  cloud,
  app,
  database,
  clock,
}) => {
  const customer = await cloud.customer(10_000_000n);
  await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'marker-of-a-person' }],
  });
  await cloud.usage(customer, 1);
  const answer = await app.inject({ url: '/metrics' });
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain(
    `candor_gateway_requests_total{model="${cloud.modelId}",outcome="completed"} 1`,
  );
  for (const secret of [
    customer.person.tenant.id,
    customer.person.user.id,
    customer.person.user.username,
    customer.apiKeyId,
    customer.secret,
    'marker-of-a-person',
  ]) {
    expect(answer.body).not.toContain(secret);
  }
  expect((await app.inject({ url: '/metrics', remoteAddress: '10.1.2.3' })).statusCode).toBe(404);
  for (const header of [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'x-client-ip',
    'forwarded',
    'via',
    'cf-connecting-ip',
    'true-client-ip',
  ])
    expect((await app.inject({ url: '/metrics', headers: { [header]: '127.0.0.1' } })).statusCode).toBe(404);
  const authorization = 'Bearer a token that was never set';
  expect((await app.inject({ url: '/metrics', headers: { authorization } })).statusCode).toBe(404);
  const metricsToken = 'a token that the operator has set';
  const withToken = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, metricsToken });
  const statusFrom = async (given: string) => {
    const headers = { authorization: `Bearer ${given}`, 'x-forwarded-for': '10.1.2.3' };
    return (await withToken.inject({ url: '/metrics', headers, remoteAddress: '10.1.2.3' })).statusCode;
  };
  expect([await statusFrom(metricsToken), await statusFrom(`${metricsToken}.`)]).toEqual([200, 404]);
  await withToken.close();
  expect((await cloud.operator.call('GET', '/api/gateway/metrics')).body).toContain(
    'candor_gateway_requests_total',
  );
  expect((await customer.person.call('GET', '/api/gateway/metrics')).statusCode).toBe(403);
});

test('an upstream whose key cannot be read any more takes no other model with it', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const broken = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: 'sealed elsewhere',
    baseUrl: cloud.upstream.baseUrl,
    apiKey: 'k',
    models: [{ modelId: cloud.modelId, upstreamModel: 'x' }],
  });
  const foreign = createKeySeal(Buffer.alloc(32, 9)).seal(broken.json<Upstream>().id, 'k');
  await database.admin.query('update gateway.upstreams set sealed_key = $1 where id = $2', [
    foreign,
    broken.json<Upstream>().id,
  ]);
  await cloud.untilHeard();
  const { choices } = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'hi' }],
  });
  expect(choices[0]?.message.content).toBe('Hello world!');
});

test('a model of embeddings does not chat, and nothing is held or charged for trying', async ({ cloud }) => {
  const modelId = `${cloud.modelId}-vectors`;
  await offerModel(cloud.system, modelId, undefined, 'embedding');
  const added = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'x' }],
  });
  expect(added.statusCode).toBe(201);
  await cloud.untilHeard();
  const customer = await cloud.customer(100_000_000n);
  const attempt = customer.client.chat.completions.create({
    model: modelId,
    messages: [{ role: 'user', content: 'hi' }],
  });
  await expect(attempt).rejects.toMatchObject({ status: 400, code: 'wrong_endpoint', param: 'model' });
  expect(await cloud.balance(customer)).toEqual({ posted: 100_000_000n, held: 0n });
});
