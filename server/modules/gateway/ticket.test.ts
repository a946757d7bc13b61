import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { foldMeters } from '../../declare/meter.ts';
import { createLog } from '../../kernel/log.ts';
import { unavailable } from '../../kernel/problem.ts';
import { tokenPrices } from '../../testing/gateway.ts';
import { completePrices } from '../catalog/index.ts';
import { insufficientBalance } from '../wallet/index.ts';
import { createKeyMeter } from './key-meter.ts';
import { meters } from './meters.ts';
import { createGatewayMetrics } from './metrics.ts';
import { readRequest } from './read-request.ts';
import type { Settlement } from './settlement.ts';
import { createSettlementQueue } from './settlement-queue.ts';
import { type Ending, openTicket, tokensOf } from './ticket.ts';
import { freePass } from './rate-desk.ts';
import { createTokenStatistics } from './token-statistics.ts';
import { textUsage } from './usage.ts';
import { createWalletLeases } from './wallet-leases.ts';
import { cachedKey } from './ticket.fixture.ts';

// What a request that reached an upstream is charged, and that everything it held is free again, however it ends.

const facts = await readRequest('chat/completions', Buffer.from('{"model":"m","messages":[],"stream":true}'));
const estimate = { inputTokens: 30, outputTokens: 50, usualOutputTokens: 50 };
const used = (outputTokens: number, more: Partial<Ending> = {}): Ending => ({
  outcome: 'completed',
  usage: { ...textUsage(10, outputTokens), reasoningTokens: 5 },
  isEstimated: false,
  firstByteMs: null,
  ...more,
});

/** A request that holds 100 micro-yuan for a model at one a token, out of a wallet with so much more. */
async function aTicket({ restMicros = 0n, micros = 1n } = {}) {
  const state = {
    freeMicros: 100n + restMicros,
    wallet: null as Error | null,
    books: null as Error | null,
  };
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const leases = createWalletLeases(
    {
      async availableMicros() {
        if (state.wallet !== null) throw state.wallet;
        return state.freeMicros;
      },
      async lend(_tenantId, amountMicros) {
        state.freeMicros -= amountMicros;
        return `lease with ${state.freeMicros} left`;
      },
      refusal: (needed, available) =>
        insufficientBalance({ neededMicros: String(needed), availableMicros: String(available) }),
      giveBack: () => Promise.resolve(),
      renew: (ids) => Promise.resolve(new Set(ids)),
    },
    log,
    () => 0,
  );
  const booked: Settlement[] = [];
  const queue = createSettlementQueue({
    durability: 'strict',
    async settle(batch) {
      if (state.books !== null) throw state.books;
      booked.push(...batch);
    },
    nowMs: () => 0,
    log,
    onSettled: () => {},
    onDropped: () => {},
  });
  const meter = createKeyMeter();
  const statistics = createTokenStatistics();
  const learned: unknown[] = [];
  const registry = new Registry();
  const pending = new Set<Promise<void>>();
  const hold = await leases.hold('tenant', 100n);
  meter.reserve('key', { tokens: tokensOf(estimate), micros: 0 });
  const prices = completePrices(
    foldMeters(meters),
    tokenPrices({ input: micros, output: micros }, 1n),
    'chat',
  );
  if (prices === null) throw new Error('both are priced');
  const ticket = openTicket(
    {
      leases,
      meter,
      queue,
      statistics: { ...statistics, learn: (_facts, usage) => void learned.push(usage) },
      metrics: createGatewayMetrics(registry, () => 0),
      log,
      pending,
    },
    {
      requestId: 'req',
      key: cachedKey,
      facts,
      model: { versionId: 'price', prices, kind: 'chat', contextTokens: 8192 },
      estimate,
      hold,
      startedAt: new Date(0),
      ratePass: freePass,
      reserved: { tokens: tokensOf(estimate), micros: 0 },
    },
  );
  return {
    ticket,
    state,
    booked,
    learned,
    pending,
    registry,
    hold,
    said: (text: string) => logged.filter((line) => line.includes(text)).length,
    heldTokens: () => meter.heldOf('key').tokens,
    /** What of the hundred is free for the next request. */
    freeMicros: () =>
      [100n, 80n, 65n, 20n, 1n].find((micros) => leases.tryHold('tenant', micros) !== null) ?? 0n,
  };
}

const linesOf = ([one]: readonly Settlement[]) =>
  one?.usage.lines.map(({ meter, quantity, chargeMicros }) => [meter, quantity, chargeMicros]);

test('a request is charged what it used, once, and what it did not use is free again', async () => {
  const { ticket, booked, heldTokens, freeMicros, learned, pending, registry } = await aTicket();
  expect(heldTokens()).toBe(80);
  const first = ticket.finish(used(20));
  expect(ticket.finish(used(90, { outcome: 'stopped' })), 'the first call decides').toBe(first);
  ticket.cancel();
  expect(pending.size, 'the gateway waits for it when it closes').toBe(1);
  expect(await first.verdict).toBeNull();
  expect(booked).toHaveLength(1);
  expect(booked[0]).toMatchObject({
    tokens: { input: 10, output: 25 },
    spendings: [{ micros: 35n }],
    usage: {
      requestId: 'req',
      tenantId: 'tenant',
      userId: 'user',
      apiKeyId: 'key',
      sku: 'm',
      priceVersionId: 'price',
      isEstimated: false,
      isStreamed: true,
      outcome: 'completed',
      startedAt: new Date(0),
    },
  });
  expect(linesOf(booked)).toEqual([
    ['gateway.calls', 1, 0n],
    ['gateway.input-tokens', 10, 10n],
    ['gateway.output-tokens', 20, 20n],
    ['gateway.reasoning-tokens', 5, 5n],
  ]);
  expect(booked[0]?.usage.durationMs).toBeGreaterThanOrEqual(0);
  expect(booked[0]?.usage.durationMs).toBeLessThan(60_000);
  expect(heldTokens(), 'until they are in the books').toBe(35);
  expect(freeMicros()).toBe(65n);
  expect(learned).toEqual([used(20).usage]);
  expect(pending.size).toBe(0);
  const counted = await registry.metrics();
  expect(counted).toContain('candor_gateway_requests_total{model="m",outcome="completed"} 1');
  expect(counted).not.toMatch(/(estimated_requests|unbilled_tokens)_total\{/);
});

test('a request that its upstream refused is not charged and not written down, and all it held is free again, once', async () => {
  const { ticket, booked, heldTokens, freeMicros, pending } = await aTicket();
  ticket.cancel();
  ticket.cancel();
  expect([heldTokens(), pending.size, booked]).toEqual([0, 0, []]);
  expect(freeMicros()).toBe(100n);
});

test('what cost more than was held is taken from the wallet', async () => {
  const { ticket, booked, state, registry } = await aTicket({ restMicros: 500n });
  expect(await ticket.finish(used(120)).verdict).toBeNull();
  expect(booked[0]?.spendings.reduce((sum, { micros }) => sum + micros, 0n)).toBe(135n);
  expect(state.freeMicros).toBe(500n - 35n);
  expect(await registry.metrics()).not.toContain('unbilled_tokens_total{');
});

test('a request that used exactly what was held asks the wallet for nothing', async () => {
  const { ticket, booked, state } = await aTicket({ restMicros: 1000n });
  state.wallet = new TypeError('not asked');
  expect(await ticket.finish(used(85)).verdict).toBeNull();
  expect(booked[0]?.spendings).toMatchObject([{ micros: 100n }]);
});

test('what the wallet does not have is given away and counted, and so is what a database that is away cannot tell of', async () => {
  for (const isAway of [false, true]) {
    const { ticket, booked, state, heldTokens, registry, said } = await aTicket();
    if (isAway) state.wallet = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    expect(await ticket.finish(used(120)).verdict).toBeNull();
    expect(booked[0]).toMatchObject({ tokens: { input: 10, output: 90 }, spendings: [{ micros: 100n }] });
    expect(heldTokens()).toBe(100);
    expect(await registry.metrics()).toContain('candor_gateway_unbilled_tokens_total{model="m"} 35');
    expect(said('given away')).toBe(isAway ? 1 : 0);
  }
});

test('a mistake of ours ends in a refusal that costs nothing, is logged with the request, and keeps nothing held', async () => {
  for (const mistake of [new TypeError('a mistake'), unavailable()]) {
    const { ticket, booked, state, heldTokens, freeMicros, pending, said } = await aTicket();
    state.wallet = mistake;
    expect(await ticket.finish(used(120)).verdict).toMatchObject({ status: 500 });
    expect([booked, heldTokens(), pending.size]).toEqual([[], 0, 0]);
    expect(said('"requestId":"req"')).toBe(1);
    state.wallet = null;
    expect(freeMicros()).toBe(100n);
  }
});

test('a charge that no client withdraws waits for the books', async () => {
  const { ticket, state, booked, said } = await aTicket();
  state.books = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const { verdict } = ticket.finish(used(20));
  await vi.waitUntil(() => said('usage not settled') > 0);
  state.books = null;
  expect([await verdict, booked.length]).toEqual([null, 1]);
});

test('the receipt of an answer is what the books hold of it: what they refuse costs nothing', async () => {
  const { ticket } = await aTicket();
  const paid = ticket.finish(used(20));
  await paid.verdict;
  expect(paid.receipt).toMatchObject({ chargeMicros: 35n, usage: { outputTokens: 20 } });
  const refused = await aTicket();
  refused.state.books = new Error('the books refuse this row');
  const free = refused.ticket.finish(used(20));
  expect(await free.verdict).toBeNull();
  expect(free.receipt).toMatchObject({ chargeMicros: 0n });
  const broken = await aTicket();
  broken.state.wallet = new TypeError('a mistake');
  const lost = broken.ticket.finish(used(120));
  await lost.verdict;
  expect(lost.receipt).toBeNull();
});

test('a single token that was given away is counted', async () => {
  const { ticket, registry } = await aTicket();
  await ticket.finish(used(86)).verdict;
  expect(await registry.metrics()).toContain('candor_gateway_unbilled_tokens_total{model="m"} 1\n');
});

test('only a finished answer that its upstream counted teaches what answers are like', async () => {
  for (const ending of [used(5, { isEstimated: true }), used(5, { outcome: 'client_gone' })]) {
    const { ticket, learned, registry } = await aTicket();
    await ticket.finish(ending).verdict;
    expect(learned).toEqual([]);
    const estimates = ending.isEstimated ? 1 : 0;
    expect((await registry.metrics()).split('estimated_requests_total{model="m"} 1')).toHaveLength(
      1 + estimates,
    );
  }
});

test('a charge may be withdrawn before it is queued, and while the books are away', async () => {
  const early = await aTicket();
  early.state.books = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const booking = early.ticket.finish(used(20));
  booking.withdraw();
  expect(await booking.verdict).toMatchObject({ status: 503 });
  const late = await aTicket();
  late.state.books = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const waiting = late.ticket.finish(used(20));
  await Promise.all(late.pending);
  await new Promise((resolve) => setImmediate(resolve));
  waiting.withdraw();
  expect(await waiting.verdict).toMatchObject({ status: 503 });
});

test('a free model holds and costs nothing, and its call is written down', async () => {
  const { ticket, booked } = await aTicket({ micros: 0n });
  expect(await ticket.finish(used(20)).verdict).toBeNull();
  expect(booked[0]).toMatchObject({ spendings: [], tokens: { input: 10, output: 25 } });
});
