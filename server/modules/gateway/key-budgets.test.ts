import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, postChat, test } from '../../testing/gateway.ts';
import { ask, secondGateway } from './rates.fixture.ts';

const plenty = 100_000_000n;
const hourMs = 3_600_000;
/** Ten tokens read at 1000 micro-yuan each and three written at 2000. */
const callMicros = 16_000;

async function shownKey({ person }: Customer): Promise<Record<string, unknown>> {
  const answer = await person.call('GET', '/api/identity/api-keys');
  return answer.json<{ items: Record<string, unknown>[] }>().items[0] ?? {};
}

async function chargedFor(cloud: Cloud, customer: Customer, calls: number): Promise<number> {
  const rows = await cloud.usage(customer, calls);
  return rows.reduce((sum, { charge_micros: micros }) => sum + Number(micros), 0);
}

test('a key spends no more than its quota of money, is then refused like an empty wallet, and begins anew with the next day of UTC+8', async ({
  cloud,
  clock,
}) => {
  const customer = await cloud.customer(plenty, { moneyQuotaMicros: 150_000, quotaPeriod: 'day' });
  // One after the other: what a request did not use is free for the next one when it is in the books.
  for (let calls = 1; ; calls += 1) {
    const answer = await postChat(cloud, customer, { max_tokens: 10 });
    const body: unknown = await answer.json();
    if (answer.status !== 200) {
      expect([answer.status, body]).toMatchObject([429, { error: { code: 'insufficient_quota' } }]);
      expect(answer.headers.get('x-should-retry')).toBe('false');
      expect(calls).toBeGreaterThan(3);
      expect(await chargedFor(cloud, customer, calls - 1)).toBe((calls - 1) * callMicros);
      expect(await shownKey(customer)).toMatchObject({
        spentMicros: (calls - 1) * callMicros,
        moneyQuotaMicros: 150_000,
        quotaPeriod: 'day',
        // Midnight in Beijing.
        quotaResetsAt: '2026-11-02T16:00:00.000Z',
      });
      break;
    }
  }
  clock.set(new Date('2026-11-02T15:59:59Z'));
  expect((await ask([cloud], customer, 1)).passed).toBe(0);
  clock.set(new Date('2026-11-02T16:00:00Z'));
  expect(await shownKey(customer)).toMatchObject({ spentMicros: 0, tokensUsed: 0, status: 'active' });
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
});

test('over two gateways a quota of money is never passed, however many ask at once', async ({
  cloud,
  database,
  clock,
}) => {
  const both = [cloud, await secondGateway(cloud, database, clock)];
  // Each uses nearly all that it may cost, so one request too many would pass the quota.
  cloud.upstream.script(answerWell({ inputTokens: 40, outputTokens: 10 }));
  const quotaMicros = 290_000;
  const customer = await cloud.customer(plenty, { moneyQuotaMicros: quotaMicros });
  const { passed, statuses } = await ask(both, customer, 40);
  expect(statuses).toEqual([200, 429]);
  expect(passed).toBeGreaterThan(2);
  const charged = await chargedFor(cloud, customer, passed);
  expect(charged).toBe(passed * 60_000);
  expect(charged).toBeLessThanOrEqual(quotaMicros);
});

test('a stream that would cost more than the quota leaves ends there, and what was delivered is charged, never more', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty, { moneyQuotaMicros: 400_000 });
  cloud.upstream.script(answerWell({ words: Array.from({ length: 400 }, (_, at) => ` word${at}`) }));
  const answer = await postChat(cloud, customer, { stream: true });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('insufficient_quota');
  const charged = await chargedFor(cloud, customer, 1);
  expect(charged).toBeGreaterThan(150_000);
  expect(charged).toBeLessThanOrEqual(400_000);
});

test('a quota of tokens by the week begins anew on Monday, and not before', async ({ cloud, clock }) => {
  // Monday.
  const customer = await cloud.customer(plenty, { tokenQuota: 20, quotaPeriod: 'week' });
  for (const calls of [1, 2]) {
    expect((await ask([cloud], customer, 1)).passed).toBe(1);
    await cloud.usage(customer, calls);
  }
  expect((await ask([cloud], customer, 1)).passed).toBe(0);
  expect(await shownKey(customer)).toMatchObject({ tokensUsed: 26, status: 'exhausted' });
  clock.advanceMs(6 * 24 * hourMs);
  expect((await ask([cloud], customer, 1)).passed).toBe(0);
  clock.advanceMs(24 * hourMs);
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
});
