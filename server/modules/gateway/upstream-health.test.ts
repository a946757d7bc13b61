import { expect, onTestFinished } from 'vitest';
import { answerWell, sendJson, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, offerModel, postChat, test } from '../../testing/gateway.ts';

const plenty = 100_000_000n;
const otherName = 'vendor/other';

/** Two servers with the same two models; the first is asked first. */
async function twoModelsAtTwo(cloud: Cloud) {
  const second = await startFakeUpstream();
  onTestFinished(() => second.close());
  const otherId = `${cloud.modelId}-other`;
  await offerModel(cloud.system, otherId);
  const models = [
    { modelId: cloud.modelId, upstreamModel: 'vendor/model' },
    { modelId: otherId, upstreamModel: otherName },
  ];
  const { items } = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<Listed>();
  const id = items.find(({ name }) => name === cloud.modelId)?.id ?? '';
  await cloud.operator.call('PATCH', `/api/gateway/upstreams/${id}`, { models });
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: second.baseUrl,
    models: models.map((model) => ({ ...model, priority: 2 })),
  });
  await cloud.untilHeard();
  return { second, otherId };
}

interface Condition {
  status: string;
  lastFailure: string | null;
  lastFailureCode: string | null;
}
interface Listed {
  items: {
    id: string;
    name: string;
    health: Condition & { models: (Condition & { upstreamModel: string })[] };
  }[];
}

async function healthOf(cloud: Cloud) {
  const { items } = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<Listed>();
  return items.find(({ name }) => name === cloud.modelId)?.health;
}

test('a model that fails rests alone: the others of its server go on being asked there', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const { second, otherId } = await twoModelsAtTwo(cloud);
  cloud.upstream.script((request, response) =>
    request.body['model'] === otherName
      ? sendJson(response, 500, { error: { message: 'worker 10.0.0.5 died', code: 'engine_dead' } })
      : answerWell()(request, response),
  );
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await postChat(cloud, customer, { model: otherId })).status).toBe(200);
    expect((await postChat(cloud, customer)).status).toBe(200);
  }
  expect(cloud.upstream.seen.map(({ body }) => body['model'])).toEqual([
    otherName,
    'vendor/model',
    'vendor/model',
    'vendor/model',
  ]);
  expect(second.seen.map(({ body }) => body['model'])).toEqual([otherName, otherName, otherName]);
  const health = await healthOf(cloud);
  expect(health).toMatchObject({
    status: 'failing',
    lastFailure: 'status_500',
    lastFailureCode: 'engine_dead',
  });
  expect(Object.fromEntries(health?.models.map((one) => [one.upstreamModel, one.status]) ?? [])).toEqual({
    [otherName]: 'failing',
    'vendor/model': 'healthy',
  });
  expect(JSON.stringify(health)).not.toContain('10.0.0.5');
});

test('trouble of the account rests the whole server, and the operator reads why', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const { second, otherId } = await twoModelsAtTwo(cloud);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 400, { error: { message: 'account of Ms Li is overdue', code: 'Arrearage' } }),
  );
  expect((await postChat(cloud, customer, { model: otherId })).status).toBe(200);
  expect((await postChat(cloud, customer)).status).toBe(200);
  expect(cloud.upstream.seen).toHaveLength(1);
  expect(second.seen).toHaveLength(2);
  const health = await healthOf(cloud);
  expect(health).toMatchObject({ status: 'failing', lastFailure: 'account', lastFailureCode: 'Arrearage' });
  expect(JSON.stringify(health)).not.toContain('Ms Li');
});

test('a server that cannot be reached rests with all its models', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const { second, otherId } = await twoModelsAtTwo(cloud);
  await cloud.upstream.close();
  expect((await postChat(cloud, customer, { model: otherId })).status).toBe(200);
  expect((await postChat(cloud, customer)).status).toBe(200);
  expect(second.seen).toHaveLength(2);
  expect(await healthOf(cloud)).toMatchObject({
    status: 'failing',
    lastFailure: 'unreachable',
    // The second model was not tried there.
    models: [],
  });
});

test('an error inside a stream means what it means with a status: the account is ours to mend, the request the customer’s', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const say = (error: object) =>
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify({ error })}\n\n`);
    });
  say({ message: 'pay your bill', code: 'insufficient_quota' });
  const failed = await postChat(cloud, customer, { stream: true });
  expect([failed.status, await failed.text()]).toEqual([502, expect.not.stringContaining('bill')]);
  expect(await healthOf(cloud)).toMatchObject({ lastFailure: 'account' });
  say({
    message: 'vendor/model at http://10.0.0.5:8000/v1 reads 8192 tokens',
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
  });
  const refused = await postChat(cloud, customer, { stream: true });
  expect([refused.status, await refused.json()]).toEqual([
    400,
    {
      error: {
        message: `${cloud.modelId} at [address] reads 8192 tokens`,
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
        param: 'messages',
      },
    },
  ]);
  expect(await cloud.usage(customer, 1)).toMatchObject([{ outcome: 'upstream_failed', charge_micros: 0n }]);
});
