import { once } from 'node:events';
import { request } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { type Cloud, type Customer, openCloud, test } from '../../testing/gateway.ts';
import { startFakeUpstream } from '../../testing/fake-upstream.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp } from '../../testing/test.ts';

const plenty = 100_000_000n;
const page = 'https://app.example';

function post(cloud: Cloud, { secret }: Customer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${cloud.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: cloud.modelId, messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

async function outcomeOf(answer: Response): Promise<[number, string | null | undefined]> {
  const body = (await answer.json()) as { error?: { code: string | null } };
  return [answer.status, body.error?.code];
}

test('a key calls the models its owner allows it, sees no others, and is refused in the form of each protocol', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, { allowedModels: ['another-model', 'another-model'] });
  expect(await outcomeOf(await post(cloud, customer))).toEqual([403, 'model_not_allowed']);
  const messages = await fetch(`${cloud.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': customer.secret, 'content-type': 'application/json' },
    body: JSON.stringify({ model: cloud.modelId, max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }),
  });
  expect([messages.status, await messages.json()]).toMatchObject([
    403,
    { error: { type: 'permission_error' } },
  ]);
  expect((await customer.client.models.list()).data).toEqual([]);
  await expect(customer.client.models.retrieve(cloud.modelId)).rejects.toMatchObject({ status: 404 });
  const changed = await customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, {
    allowedModels: [` ${cloud.modelId} `],
  });
  expect(changed.json()).toMatchObject({ allowedModels: [cloud.modelId] });
  await cloud.untilHeard();
  expect((await customer.client.models.list()).data.map(({ id }) => id)).toEqual([cloud.modelId]);
  expect(await outcomeOf(await post(cloud, customer))).toEqual([200, undefined]);
  expect(cloud.upstream.seen).toHaveLength(1);
});

test('a key is used from the networks its owner allows, whatever a caller writes into headers', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, { allowedNetworks: ['203.0.113.0/24', '2001:DB8::/32'] });
  const forged = { 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' };
  expect(await outcomeOf(await post(cloud, customer, forged))).toEqual([403, 'network_not_allowed']);
  const keys = await customer.person.call('GET', '/api/identity/api-keys');
  expect(keys.json()).toMatchObject({ items: [{ allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] }] });
  await customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, {
    allowedNetworks: ['127.0.0.0/8'],
  });
  await cloud.untilHeard();
  expect(await outcomeOf(await post(cloud, customer))).toEqual([200, undefined]);
  expect(cloud.upstream.seen).toHaveLength(1);
});

test('behind a proxy that is declared the address it forwards counts', async ({ database, clock }) => {
  const upstream = await startFakeUpstream();
  const config = { ...testConfig, trustProxy: 1 };
  const app = await buildTestApp(database, clock, createLog('silent'), config);
  const cloud = await openCloud(app, database, clock, upstream);
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
    await upstream.close();
  });
  const customer = await cloud.customer(plenty, { allowedNetworks: ['203.0.113.7'] });
  const from = async (address: string) =>
    (await post(cloud, customer, { 'x-forwarded-for': address })).status;
  expect([await from('203.0.113.7'), await from('203.0.113.8')]).toEqual([200, 403]);
});

test('networks that cannot be read any more allow none', async ({ cloud, database }) => {
  const customer = await cloud.customer(plenty, { allowedNetworks: ['127.0.0.0/8'] });
  await database.admin.query(
    `update identity.api_keys set allowed_networks = 's1.' || repeat('A', 46) where id = $1`,
    [customer.apiKeyId],
  );
  expect(await outcomeOf(await post(cloud, customer))).toEqual([403, 'network_not_allowed']);
});

test('a browser may call with a key from the pages its owner allows, and no others; refusals it may read too', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, {
    allowedOrigins: ['HTTPS://App.Example/', 'capacitor://localhost'],
    requestsPerMinute: 2,
  });
  const answer = await post(cloud, customer, { origin: page, 'sec-fetch-site': 'cross-site' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(page);
  expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
  expect(answer.headers.get('access-control-expose-headers')).toBe('*');
  expect((await post(cloud, customer, { origin: 'capacitor://localhost' })).status).toBe(200);
  const limited = await post(cloud, customer, { origin: page });
  expect([limited.status, limited.headers.get('access-control-allow-origin')]).toEqual([429, page]);
  for (const origin of ['https://evil.example', 'http://app.example', `${page}.evil.example`, 'null']) {
    const refused = await post(cloud, customer, { origin });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect([origin, ...(await outcomeOf(refused))]).toEqual([origin, 403, 'origin_not_allowed']);
  }
  expect(cloud.upstream.seen).toHaveLength(2);
});

test('a key without pages is for programs: a page of another site is refused before it costs anything, a program that names an origin is not', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const foreign = await post(cloud, customer, { origin: page, 'sec-fetch-site': 'cross-site' });
  expect(await outcomeOf(foreign)).toEqual([403, 'origin_not_allowed']);
  const program = await post(cloud, customer, { origin: page });
  expect([program.status, program.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  expect((await post(cloud, customer, { origin: cloud.url, 'sec-fetch-site': 'same-origin' })).status).toBe(
    200,
  );
});

test('a preflight is answered the same without a key for every page, at every address of models, and no body is read', async ({
  cloud,
}) => {
  const ask = async (path: string, origin: string) => {
    const answer = await fetch(`${cloud.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
      },
    });
    const shown = [
      'access-control-allow-origin',
      'access-control-allow-headers',
      'access-control-allow-methods',
    ];
    return [answer.status, await answer.text(), ...shown.map((name) => answer.headers.get(name))];
  };
  const same = [204, '', '*', 'authorization, *', 'GET, POST'];
  await cloud.customer(plenty, { allowedOrigins: [page] });
  for (const path of ['/v1/chat/completions', '/v1/messages/count_tokens', '/v1/models', '/v1/models/a/b'])
    for (const origin of [page, 'https://evil.example']) expect(await ask(path, origin)).toEqual(same);
  expect((await ask('/v1/no-such-thing', page))[0]).toBe(404);
  const unread = request(`${cloud.url}/v1/responses`, {
    method: 'OPTIONS',
    headers: { 'content-type': 'application/json', 'content-length': '1000' },
  });
  const answered = once(unread, 'response');
  // The rest of the body never comes.
  unread.write('{');
  expect(await answered).toMatchObject([{ statusCode: 204 }]);
  unread.destroy();
  expect(
    (await fetch(`${cloud.url}/api/identity/me`, { method: 'OPTIONS' })).headers.get(
      'access-control-allow-origin',
    ),
  ).toBeNull();
});

test('what is no network, no origin or an empty list is refused with the field', async ({ cloud }) => {
  const { person, apiKeyId } = await cloud.customer(0n);
  const wrong: [string, unknown][] = [
    ...['10.0.0.0/33', '10.0.0', '::/129', 'example.org', '10.0.0.0/8/8', 'fe80::1%eth0', ''].map(
      (text): [string, unknown] => ['allowedNetworks', [text]],
    ),
    ...[
      '*',
      'https://*.example',
      'app.example',
      `${page}/path`,
      'https://user@app.example',
      'javascript:x',
    ].map((text): [string, unknown] => ['allowedOrigins', [text]]),
    ['allowedModels', []],
    ['allowedModels', [' ']],
    ['allowedOrigins', Array.from({ length: 51 }, (_, at) => `https://a${at}.example`)],
  ];
  for (const [field, value] of wrong) {
    const answer = await person.call('PATCH', `/api/identity/api-keys/${apiKeyId}`, { [field]: value });
    expect([value, answer.statusCode, answer.body]).toEqual([
      value,
      400,
      expect.stringContaining(`body.${field}`),
    ]);
  }
});
