import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { anApiKey } from '../../testing/factories.ts';
import { answerWell } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, offerModel, postChat, test } from '../../testing/gateway.ts';
import { aGate, ask, minuteMs, secondGateway } from './rates.fixture.ts';

const unlimited = { requestsPerMinute: null, tokensPerMinute: null, parallelRequests: null };

async function limitModel(cloud: Cloud, limits: object, modelId = cloud.modelId) {
  const answer = await cloud.operator.call('PUT', '/api/gateway/model-rate-limits', {
    ...unlimited,
    modelId,
    ...limits,
  });
  await cloud.untilHeard();
  return answer;
}

async function limitAccount(cloud: Cloud, { person }: Customer, modelId: string | null, limits: object) {
  const answer = await cloud.operator.call('PUT', '/api/gateway/account-rate-limits', {
    ...unlimited,
    tenantId: person.tenant.id,
    modelId,
    ...limits,
  });
  await cloud.untilHeard();
  return answer;
}

/** The same customer with another key. */
async function otherKey(customer: Customer, limits: object = {}): Promise<Customer> {
  const { id, secret } = await anApiKey(customer.person, limits);
  return { ...customer, apiKeyId: id, secret };
}

/** Another model of the upstream. */
async function otherModel(cloud: Cloud): Promise<string> {
  const modelId = `other-${randomBytes(4).toString('hex')}`;
  await offerModel(cloud.system, modelId);
  const added = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel: 'vendor/model' }],
  });
  expect(added.statusCode).toBe(201);
  await cloud.untilHeard();
  return modelId;
}

test('D-KEY-3 a limit of a model counts all keys of an account together, over two gateways exactly, and each account alone', async ({
  cloud,
  database,
  clock,
}) => {
  expect((await limitModel(cloud, { requestsPerMinute: 15 })).statusCode).toBe(200);
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n);
  const second = await otherKey(customer);
  const [one, other] = await Promise.all([ask(both, customer, 20), ask(both, second, 20)]);
  expect(one.passed + other.passed).toBe(15);
  expect([...one.statuses, ...other.statuses].every((status) => status === 200 || status === 429)).toBe(true);
  expect((await ask(both, await cloud.customer(100_000_000n), 20)).passed, 'another account').toBe(15);
  expect((await ask(both, customer, 20, { model: await otherModel(cloud) })).passed, 'another model').toBe(
    20,
  );
  clock.advanceMs(minuteMs);
  expect((await ask(both, customer, 40)).passed).toBe(15);
});

test('D-KEY-3 over two gateways so many requests of an account to a model run at once, whichever keys they carry', async ({
  cloud,
  database,
  clock,
}) => {
  await limitModel(cloud, { parallelRequests: 3 });
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n);
  const keys = [customer, await otherKey(customer)];
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 1: gate } }));
  const streams = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      postChat(both[at % 2] ?? cloud, keys[at % 3 === 0 ? 1 : 0] ?? customer, {
        stream: true,
        max_tokens: 10,
      }),
    ),
  );
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(3);
  open();
  await Promise.all(streams.map((stream) => stream.text()));
});

test('D-KEY-3 what is said of an account replaces what is said of all, what is said of its model what is said of each, and a limit that is taken back ends', async ({
  cloud,
}) => {
  await limitModel(cloud, { requestsPerMinute: 1 });
  const free = await otherModel(cloud);
  const customer = await cloud.customer(100_000_000n);
  expect((await ask([cloud], customer, 3)).passed).toBe(1);
  const ofEach = (await limitAccount(cloud, customer, null, { requestsPerMinute: 4 })).json<{ id: string }>();
  expect((await ask([cloud], customer, 6)).passed, 'one of four is used').toBe(3);
  expect((await ask([cloud], customer, 6, { model: free })).passed, 'a model without a limit').toBe(4);
  const lifted = (await limitAccount(cloud, customer, cloud.modelId, {})).json<{ id: string }>();
  expect((await ask([cloud], customer, 6)).passed, 'nothing limits this model').toBe(6);
  expect((await ask([cloud], customer, 1, { model: free })).passed, 'and the other it does').toBe(0);
  for (const { id } of [ofEach, lifted]) {
    expect((await cloud.operator.call('DELETE', `/api/gateway/rate-limits/${id}`)).statusCode).toBe(204);
    expect((await cloud.operator.call('DELETE', `/api/gateway/rate-limits/${id}`)).statusCode).toBe(404);
  }
  await cloud.untilHeard();
  expect((await ask([cloud], customer, 6)).passed, 'the limit of all holds again').toBe(0);
  expect((await ask([cloud], customer, 6, { model: free })).passed).toBe(6);
});

test('D-KEY-3 a request passes the limits of its key and of its account, hears of the tightest, and the refusal names what is limited', async ({
  cloud,
}) => {
  await limitModel(cloud, { requestsPerMinute: 4, tokensPerMinute: 100_000 });
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 3 });
  const said = async (who: Customer) => {
    const answer = await postChat(cloud, who, { max_tokens: 10 });
    const { error } = (await answer.json()) as { error?: { message: string; type: string; code: string } };
    const of = (name: string) => answer.headers.get(`x-ratelimit-${name}-requests`);
    return { status: answer.status, limit: of('limit'), remaining: of('remaining'), error };
  };
  const second = await otherKey(customer, { requestsPerMinute: 3 });
  expect(await said(customer)).toMatchObject({ status: 200, limit: '3', remaining: '2' });
  expect(await said(customer)).toMatchObject({ status: 200, limit: '3', remaining: '1' });
  expect(await said(customer)).toMatchObject({ status: 200, limit: '3', remaining: '0' });
  expect(await said(customer)).toMatchObject({
    status: 429,
    limit: '3',
    error: { message: 'Rate limit reached for this API key: 3 requests per minute.' },
  });
  expect(await said(second), 'the fourth of the account').toMatchObject({
    status: 200,
    limit: '4',
    remaining: '0',
  });
  const model = cloud.modelId;
  for (let turn = 0; turn < 4; turn += 1)
    expect(await said(second)).toMatchObject({
      status: 429,
      limit: '4',
      remaining: '0',
      error: {
        message: `Rate limit reached for the model ${model} in this account: 4 requests per minute.`,
        type: 'requests',
        code: 'rate_limit_exceeded',
      },
    });
  await limitModel(cloud, {});
  expect((await ask([cloud], second, 4)).passed, 'refused by the account, not counted for the key').toBe(2);
});

test('without a limit no request asks the database for one', async ({ cloud, database }) => {
  const customer = await cloud.customer(100_000_000n);
  await ask([cloud], customer, 1);
  await database.admin.query('alter table gateway.model_rate_limits rename to model_rate_limits_away');
  await database.admin.query('alter table gateway.rate_counters rename to rate_counters_away');
  const { passed } = await ask([cloud], customer, 20);
  await database.admin.query('alter table gateway.model_rate_limits_away rename to model_rate_limits');
  await database.admin.query('alter table gateway.rate_counters_away rename to rate_counters');
  expect(passed).toBe(20);
});

test('operators alone decide limits, for models and accounts that there are; customers see theirs and no exception of another account', async ({
  cloud,
}) => {
  const customer = await cloud.customer(0n);
  const stranger = await cloud.customer(0n);
  const mine = async ({ person }: Customer) =>
    (await person.call('GET', '/api/gateway/rate-limits'))
      .json<{ items: { modelId: string }[] }>()
      .items.filter(({ modelId }) => modelId === cloud.modelId);
  expect(await mine(customer)).toEqual([]);
  await limitModel(cloud, { tokensPerMinute: 5000 });
  const made = await limitAccount(cloud, customer, cloud.modelId, { parallelRequests: 2 });
  expect(await mine(customer)).toEqual([{ ...unlimited, modelId: cloud.modelId, parallelRequests: 2 }]);
  expect(await mine(stranger)).toEqual([{ ...unlimited, modelId: cloud.modelId, tokensPerMinute: 5000 }]);
  const { id } = made.json<{ id: string }>();
  const again = await limitAccount(cloud, customer, cloud.modelId, { parallelRequests: 5 });
  expect(again.json()).toMatchObject({ id, parallelRequests: 5 });
  const { person } = customer;
  for (const [method, url, body] of [
    ['GET', '/api/gateway/model-rate-limits', undefined],
    ['GET', '/api/gateway/account-rate-limits', undefined],
    ['PUT', '/api/gateway/model-rate-limits', { ...unlimited, modelId: cloud.modelId }],
    [
      'PUT',
      '/api/gateway/account-rate-limits',
      { ...unlimited, tenantId: person.tenant.id, modelId: cloud.modelId },
    ],
    ['DELETE', `/api/gateway/rate-limits/${id}`, undefined],
  ] as const)
    expect([method, url, (await person.call(method, url, body)).statusCode]).toEqual([method, url, 403]);
  const refused = async (answer: ReturnType<typeof limitModel>) => {
    const refusal = await answer;
    return [refusal.statusCode, refusal.json<{ code: string }>().code];
  };
  expect(await refused(limitModel(cloud, {}, 'none'))).toEqual([404, 'gateway.model_not_found']);
  const noAccount = { ...person.tenant, id: 'tenant_01h455vb4pex5vsknk084sn02q' };
  const gone = { ...customer, person: { ...person, tenant: noAccount } };
  expect(await refused(limitAccount(cloud, gone, null, {}))).toEqual([404, 'gateway.account_not_found']);
  for (const wrong of [{ requestsPerMinute: 0 }, { tokensPerMinute: 1.5 }, { parallelRequests: 10_001 }])
    expect((await limitModel(cloud, wrong)).statusCode).toBe(400);
  const listed = await cloud.operator.call(
    'GET',
    `/api/gateway/account-rate-limits?tenantId=${person.tenant.id}`,
  );
  expect(listed.json<{ items: object[] }>().items).toMatchObject([{ id, parallelRequests: 5 }]);
});
