import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { postChat, test } from '../../testing/gateway.ts';
import { aGate, ask, counted, minuteMs, patient, secondGateway, untilNoPlaces } from './rates.fixture.ts';

test('D-KEY-3 over two gateways a minute has exactly as many requests as the key may make', async ({
  cloud,
  database,
  clock,
}) => {
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 15 });
  expect(await ask(both, customer, 40)).toEqual({ passed: 15, statuses: [200, 429] });
  expect(await ask(both, customer, 4)).toEqual({ passed: 0, statuses: [429] });
  clock.advanceMs(minuteMs);
  expect(await ask(both, customer, 40)).toEqual({ passed: 15, statuses: [200, 429] });
  expect(await cloud.usage(customer, 30)).toHaveLength(30);
});

test('D-KEY-3 over two gateways a limit of many is never passed, and what is not used of it is less than a slice', async ({
  cloud,
  database,
  clock,
}) => {
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 200 });
  const { passed } = await ask(both, customer, 260);
  expect(passed).toBeLessThanOrEqual(200);
  expect(passed).toBeGreaterThanOrEqual(200 - 200 / 20);
});

test('D-KEY-3 over two gateways the tokens of a minute are never more than the limit when answers are as long as expected', async ({
  cloud,
  database,
  clock,
}) => {
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n, { tokensPerMinute: 1000 });
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 0: gate }, inputTokens: 40, outputTokens: 10 }));
  const asked = ask(both, customer, 40, { stream: true });
  // All that may start has started before any ends and gives back what it did not use.
  await expect
    .poll(async () => (await counted(cloud, database, customer))?.tokens, patient)
    .toBeGreaterThan(930);
  open();
  const { passed, statuses } = await asked;
  expect(statuses).toEqual([200, 429]);
  expect(passed).toBeGreaterThan(3);
  expect(passed * 50).toBeLessThanOrEqual(1000);
});

test('D-KEY-3 over two gateways so many requests run at once, and one after the other none is refused', async ({
  cloud,
  database,
  clock,
}) => {
  const both = [cloud, await secondGateway(cloud, database, clock)];
  const customer = await cloud.customer(100_000_000n, { parallelRequests: 3 });
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 1: gate } }));
  const streams = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      postChat(both[at % 2] ?? cloud, customer, { stream: true, max_tokens: 10 }),
    ),
  );
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(3);
  open();
  await Promise.all(streams.map((stream) => stream.text()));
  cloud.upstream.script(answerWell());
  const one = await cloud.customer(100_000_000n, { parallelRequests: 1 });
  for (let turn = 0; turn < 12; turn += 1)
    expect([turn, (await ask([both[turn % 2] ?? cloud], one, 1)).passed]).toEqual([turn, 1]);
  await untilNoPlaces(cloud, database, customer);
});

test('D-KEY-3 places of a gateway that was killed are free when its lease has run out', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n, { parallelRequests: 1 });
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
  await untilNoPlaces(cloud, database, customer);
  await database.admin.query(`insert into gateway.processes (id, asked, answered, lease_until)
    values ('killed', 0, 0, now() + interval '1 minute')`);
  await database.admin.query(
    `update gateway.rate_counters set places = '{"killed": 1}' where key_hash = $1`,
    [cloud.system.keyedHash('gateway/rate', customer.apiKeyId)],
  );
  expect(await ask([cloud], customer, 1)).toEqual({ passed: 0, statuses: [429] });
  await database.admin.query(
    `update gateway.processes set lease_until = now() - interval '1 second' where id = 'killed'`,
  );
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
});
