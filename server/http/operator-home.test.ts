import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { createCandor } from '../candor.ts';
import { parseConfig } from '../config/config.ts';
import { createLog } from '../kernel/log.ts';
import type { MessageChannels } from '../kernel/message-channel.ts';
import { record, spent, usage } from '../modules/billing/usage-rows.fixture.ts';
import { createFirstOperator } from '../modules/identity/index.ts';
import { aRequest, enter } from '../modules/privacy/cases/cases.fixture.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { unnamedInstallation } from '../modules/privacy/policy/installation.ts';
import { payment } from '../modules/wallet/bank-payments.fixture.ts';
import { notify, order, press, yuan } from '../modules/wallet/sandbox-payments.fixture.ts';
import { confirmed, test as erasing } from '../testing/erasing.ts';
import { anAddress, anOperator, aPerson, aTenant, type Person, personOf } from '../testing/factories.ts';
import { startFakeUpstream } from '../testing/fake-upstream.ts';
import { jsonPrices, openCloud, postChat } from '../testing/gateway.ts';
import { testConfig } from '../testing/test-config.ts';
import { buildApp } from './app.ts';

interface Home {
  revenue: { todayMicros: number; monthMicros: number; days: { startsAt: string; chargeMicros: number }[] };
  calls: object;
  checklist: { point: string; isDone: boolean }[];
}

const path = '/api/operator-home';
const everything = ['password', 'company', 'mail', 'upstream', 'price', 'payment'];
const at = (text: string) => new Date(text);
const doneOf = ({ checklist }: Home) => checklist.filter(({ isDone }) => isDone).map(({ point }) => point);

async function homeOf(operator: Person, app?: FastifyInstance): Promise<Home> {
  const answer = await (app === undefined
    ? operator.call('GET', path)
    : app.inject({ url: path, headers: operator.headers }));
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Home>();
}

const ofTests = { CANDOR_DATA: testConfig.dataDir, CANDOR_MODEL: 'none', CANDOR_LOG_LEVEL: 'silent' };

/** Development, whose sandbox and readable outbox are no way to be paid and to reach people. */
const test = erasing.extend<{
  set: (settings?: Record<string, string>, channels?: MessageChannels) => Promise<FastifyInstance>;
}>({
  set: async ({ database, clock, ctx }, use) => {
    const apps: FastifyInstance[] = [];
    await use(async (settings = {}, channels = {}) => {
      const config = parseConfig({ ...ofTests, ...settings });
      const { keyedHash, vault, signingKey } = ctx;
      const app = await buildApp({
        db: database.db,
        databaseUrl: database.appUrl,
        product: createCandor(),
        clock,
        log: createLog('silent'),
        keyedHash,
        vault,
        signingKey,
        channels,
        config,
      });
      apps.push(app);
      return app;
    });
    for (const app of apps) await app.close();
  },
});

// First, because the others fill the database of this file.
test('of an empty installation everything is zero, and of the checklist nothing is done but the password', async ({
  app,
  database,
  set,
}) => {
  const operator = await anOperator(app, database);
  const home = await homeOf(operator, await set());
  expect(home).toMatchObject({
    revenue: { todayMicros: 0, monthMicros: 0 },
    calls: { today: 0, failedToday: 0 },
    upstreams: { healthy: 0, failing: 0, unknown: 0, off: 0 },
    models: { priced: 0, unpriced: 0 },
    requests: { open: 0, dueToday: 0, overdue: 0 },
    payments: { bankTransfers: 0, suspended: 0 },
  });
  expect(home.revenue.days.map(({ chargeMicros }) => chargeMicros)).toEqual(Array<number>(14).fill(0));
  expect(home.revenue.days.at(-1)?.startsAt).toBe('2026-11-01T16:00:00.000Z');
  expect(doneOf(home)).toEqual(['password']);
});

test('each point of the checklist is done once an operator has done it', async ({
  app,
  database,
  clock,
  system,
  set,
}) => {
  const bare = await set();
  await database.admin.query('delete from identity.operators');
  const password = 'generated and printed once';
  await createFirstOperator(system, { username: 'keeper', password, mustChangePassword: true });
  const operator = await anOperator(app, database);
  const done = async (on = bare) => doneOf(await homeOf(operator, on));
  expect(await done()).toEqual([]);

  const remoteAddress = anAddress();
  const login = { method: 'password', login: 'keeper', password };
  const opened = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    payload: login,
  });
  const keeper = await personOf(app, opened, remoteAddress);
  expect((await keeper.call('GET', path)).json()).toMatchObject({
    code: 'identity.password_change_required',
  });
  const change = { newPassword: 'a password of my own', proof: { password } };
  expect((await keeper.call('POST', '/api/identity/me/password', change)).statusCode).toBe(204);
  expect(await done()).toEqual(['password']);

  expect((await operator.call('PUT', '/api/privacy/installation', unnamedInstallation)).statusCode).toBe(200);
  expect(await done()).toEqual(['password', 'company']);

  const server = {
    name: 'first',
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [{ modelId: 'first-model', upstreamModel: 'x' }],
  };
  const added = await operator.call('POST', '/api/gateway/upstreams', { ...server, enabled: false });
  const { id } = added.json<{ id: string }>();
  expect(await homeOf(operator, bare)).toMatchObject({
    upstreams: { unknown: 0, off: 1 },
    models: { priced: 0, unpriced: 1 },
  });
  expect(await done()).toEqual(['password', 'company']);
  await operator.call('PATCH', `/api/gateway/upstreams/${id}`, { enabled: true });
  expect(await homeOf(operator, bare)).toMatchObject({ upstreams: { unknown: 1, off: 0 } });
  expect(await done()).toEqual(['password', 'company', 'upstream']);
  expect(await done(await set({ CANDOR_MODEL: '/weights/own.gguf' }))).toContain('upstream');

  const price = { sku: 'first-model', prices: jsonPrices };
  const later = new Date(clock.now().getTime() + 60_000).toISOString();
  expect(
    (await operator.call('POST', '/api/catalog/prices', { ...price, effectiveFrom: later })).statusCode,
  ).toBe(201);
  expect(await done()).not.toContain('price');
  expect((await operator.call('POST', '/api/catalog/prices', price)).statusCode).toBe(201);
  expect(await homeOf(operator, bare)).toMatchObject({ models: { priced: 1, unpriced: 0 } });
  expect(await done()).toEqual(['password', 'company', 'upstream', 'price']);

  const account = {
    CANDOR_BANK_ACCOUNT_NAME: 'Example Ltd',
    CANDOR_BANK_NAME: 'Example Bank',
    CANDOR_BANK_ACCOUNT: '6222 0200 1',
  };
  expect(await done(await set(account))).toEqual(['password', 'company', 'upstream', 'price', 'payment']);
  const mail = { name: 'mail', deliver: async () => {} };
  expect(await done(await set(account, { mail }))).toEqual(everything);
});

test('revenue and calls are those of all accounts by days and months in Shanghai', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const one = await aTenant(app, database, clock);
  const other = await aTenant(app, database, clock);
  await record(one, [
    usage(one, at('2026-11-01T16:00:00Z'), { lines: spent(100n) }),
    usage(one, at('2026-11-02T03:00:00Z'), { lines: spent(0n), outcome: 'upstream_failed' }),
    usage(one, at('2026-11-02T03:00:00Z'), { lines: spent(7n), outcome: 'client_gone' }),
    usage(one, at('2026-11-01T15:59:59.999Z'), { lines: spent(1000n), outcome: 'upstream_failed' }),
    usage(one, at('2026-10-31T15:59:59.999Z'), { lines: spent(20_000n) }),
    // The fifteenth day back.
    usage(one, at('2026-10-19T15:59:59.999Z'), { lines: spent(300_000n) }),
  ]);
  await record(other, [usage(other, at('2026-11-02T02:00:00Z'), { lines: spent(50n) })]);
  const { revenue, calls } = await homeOf(operator);
  expect(revenue).toMatchObject({ todayMicros: 157, monthMicros: 1157 });
  const charges = [...Array<number>(11).fill(0), 20_000, 1000, 157];
  expect(revenue.days.map(({ chargeMicros }) => chargeMicros)).toEqual(charges);
  expect(calls).toEqual({ today: 4, failedToday: 1 });

  clock.set(at('2026-11-20T03:00:00Z'));
  const later = await homeOf(await anOperator(app, database));
  // The month began before the days that are shown.
  expect(later.revenue).toMatchObject({ todayMicros: 0, monthMicros: 1157 });
  expect(later.revenue.days.every(({ chargeMicros }) => chargeMicros === 0)).toBe(true);
  expect(later.calls).toEqual({ today: 0, failedToday: 0 });
});

test('what waits for an operator is counted until it is decided', async ({
  app,
  database,
  clock,
  ctx,
  system,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const request = await aRequest({ app, database, clock });
  await enter(database, request);
  const entered = await operator.call(
    'POST',
    '/api/wallet/bank-transfers',
    payment(person.tenant.id, 'SN-HOME-1'),
  );
  const leaver = await aPerson(app);
  const ordered = await order(app, leaver, 10 * yuan);
  clock.advanceMs(1_800_001);
  const { erasureId } = await confirmed(leaver);
  expect(await runErasure(system, erasureId)).toBe('certified');
  await press(app, ordered, 'pay');
  await notify(ctx, app, ordered);
  expect(await homeOf(operator)).toMatchObject({
    requests: { open: 1, dueToday: 0, overdue: 0 },
    payments: { bankTransfers: 1, suspended: 1 },
  });

  const second = await anOperator(app, database);
  const { id } = entered.json<{ id: string }>();
  expect((await second.call('POST', `/api/wallet/bank-transfers/${id}/approve`)).statusCode).toBe(204);
  const [item] = (await operator.call('GET', '/api/wallet/suspended-payments?status=open')).json<{
    items: { id: string }[];
  }>().items;
  const refund = { reason: 'account_closed', reference: 'R-1' };
  const url = `/api/wallet/suspended-payments/${item?.id ?? ''}/refund`;
  expect((await operator.call('POST', url, refund)).statusCode).toBe(204);
  expect(await homeOf(operator)).toMatchObject({ payments: { bankTransfers: 0, suspended: 0 } });
});

test('an upstream is healthy after an answer, and failing after a failure, which is a failed call', async ({
  app,
  database,
  clock,
}) => {
  const upstream = await startFakeUpstream();
  const cloud = await openCloud(app, database, clock, upstream);
  const before = await homeOf(cloud.operator);
  const customer = await cloud.customer(100_000_000n);
  expect((await postChat(cloud, customer)).status).toBe(200);
  expect(await homeOf(cloud.operator)).toMatchObject({ upstreams: { healthy: 1, failing: 0 } });
  upstream.script((_request, response) => {
    response.writeHead(500).end();
  });
  expect((await postChat(cloud, customer)).status).toBe(502);
  await cloud.usage(customer, 2);
  const after = await homeOf(cloud.operator);
  expect(after).toMatchObject({ upstreams: { healthy: 0, failing: 1 } });
  const { today, failedToday } = before.calls as { today: number; failedToday: number };
  expect(after.calls).toEqual({ today: today + 2, failedToday: failedToday + 1 });
  app.server.closeAllConnections();
  await upstream.close();
});

test('only an operator reads it, and it names no person', async ({ app, database }) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  const refused = await person.call('GET', path);
  expect([refused.statusCode, refused.json()]).toMatchObject([403, { code: 'kernel.forbidden' }]);
  expect((await app.inject({ url: path })).statusCode).toBe(401);
  const text = JSON.stringify(await homeOf(operator));
  expect(text).not.toMatch(/[a-z]+_[0-9a-z]{26}|@/);
  for (const { user, tenant } of [person, operator])
    for (const name of [user.id, user.username, tenant.id]) expect(text).not.toContain(name);
});
