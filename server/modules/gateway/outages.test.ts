import { expect, onTestFinished } from 'vitest';
import { answerWell, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../testing/gateway.ts';
import { attempt, type AttemptLimits } from './attempt.ts';
import { readRequest } from './read-request.ts';
import type { UpstreamFailure } from './upstream-failure.ts';
import { createUpstreamHealth } from './upstream-health.ts';
import { Pool } from 'undici';

const messages = [{ role: 'user' as const, content: 'Say hello' }];
const patience = { timeout: 15_000 };

function ask(cloud: Cloud, customer: Customer) {
  return customer.client.chat.completions.create({ model: cloud.modelId, messages }).then(
    () => ({ status: 200, code: null }),
    (error: unknown) => error as { status: number; code: string | null },
  );
}

test('without the database nothing is started that could not be paid for', async ({ cloud, database }) => {
  const customer = await cloud.customer(100_000_000n);
  const pool = database.db.$client;
  const connect = pool.connect.bind(pool);
  const refused = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  pool.connect = () => Promise.reject(refused);
  onTestFinished(() => void (pool.connect = connect));
  expect(await ask(cloud, customer)).toMatchObject({
    status: 503,
    code: 'service_unavailable',
    type: 'server_error',
  });
  expect(cloud.upstream.seen).toHaveLength(0);
  pool.connect = connect;
  await expect.poll(() => ask(cloud, customer), patience).toMatchObject({ status: 200 });
});

test('a request that the books refuse keeps no other out, and is given away', async ({ cloud, database }) => {
  await database.admin.query(`
    create function billing.refuse_666() returns trigger language plpgsql as $$ begin
      if new.input_tokens = 666 then raise exception 'not this one'; end if; return new; end $$;
    create trigger refuse_666 before insert on billing.usage_events for each row execute function billing.refuse_666()`);
  onTestFinished(async () => void (await database.admin.query('drop function billing.refuse_666 cascade')));
  const customer = await cloud.customer(100_000_000n);
  let turn = 0;
  cloud.upstream.script((request, response) =>
    answerWell({ inputTokens: (turn += 1) === 5 ? 666 : 10 })(request, response),
  );
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(cloud, customer)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(await cloud.usage(customer, 19)).toHaveLength(19);
  expect((await cloud.balance(customer)).posted).toBe(100_000_000n - 19n * 16_000n);
});

test('a gateway whose listening connection was cut hears of the next change all the same', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  expect(await ask(cloud, customer)).toMatchObject({ status: 200 });
  await database.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'candor-listen' and datname = current_database()`,
  );
  await customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, { disabled: true });
  await expect.poll(() => ask(cloud, customer), patience).toMatchObject({ status: 401 });
});

test('closing the server settles what was served and gives back what was lent', async ({ cloud, app }) => {
  const customer = await cloud.customer(100_000_000n);
  await Promise.all(Array.from({ length: 10 }, () => ask(cloud, customer)));
  expect((await cloud.balance(customer)).held).toBeGreaterThan(0n);
  app.server.closeAllConnections();
  await app.close();
  expect(await cloud.usage(customer, 10)).toHaveLength(10);
  expect(await cloud.balance(customer)).toEqual({ posted: 100_000_000n - 160_000n, held: 0n });
});

test('an answer that is being written when the server closes is finished', async ({ cloud, app }) => {
  const customer = await cloud.customer(100_000_000n);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  cloud.upstream.script(answerWell({ words: ['one ', 'two ', 'three'], gates: { 1: gate } }));
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const closing = app.close();
  open();
  let text = '';
  for (let part = await iterator.next(); part.done !== true; part = await iterator.next())
    text += part.value.choices[0]?.delta.content ?? '';
  expect(text).toBe('two three');
  app.server.closeAllConnections();
  await closing;
  expect(await cloud.usage(customer, 1)).toMatchObject([{ outcome: 'completed', output_tokens: 3 }]);
});

test('an upstream that never answers, or falls silent, is given up after its time', async () => {
  const upstream = await startFakeUpstream();
  const facts = await readRequest('chat/completions', Buffer.from('{"model":"m","messages":[]}'));
  const { origin } = new URL(upstream.baseUrl);
  const pool = new Pool(origin);
  const route = {
    upstreamModel: 'm',
    weight: 1,
    priority: 1,
    upstream: {
      id: 'u',
      pool,
      recipient: null,
      pathPrefix: '/v1',
      secrets: [],
      headers: { chat: {}, messages: {}, responses: {} },
      protocols: ['chat' as const],
      whenClientLeaves: 'drain' as const,
      continuousUsage: false,
      health: createUpstreamHealth(),
    },
  };
  const request = { path: 'chat/completions', headers: {}, body: facts.body, answers: 'json' as const };
  const failureOf = (limits: AttemptLimits) =>
    new Promise<UpstreamFailure>((resolve) => {
      attempt(
        { route, facts, request, limits, nowMs: () => 0 },
        { onData: () => {}, onEnd: () => {}, onFailure: resolve },
      );
    });
  upstream.script(() => {});
  expect(
    (await failureOf({ headersTimeoutMs: 50, idleTimeoutMs: 60_000, lateUsageMs: 50 })).problem.code,
  ).toBe('gateway.upstream_timed_out');
  upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  });
  expect(await failureOf({ headersTimeoutMs: 60_000, idleTimeoutMs: 50, lateUsageMs: 50 })).toMatchObject({
    health: 'timeout',
    canRetry: false,
  });
  expect(route.upstream.health.inFlight).toBe(0);
  expect(route.upstream.health.summary()).toMatchObject({ consecutiveFailures: 2 });
  await pool.destroy();
  await upstream.close();
});
