import { expect, test } from 'vitest';
import { createExchanges, type Heard } from './fuzzed-exchange.fixture.ts';
import { expectProperEnd, expectRule } from './fuzzed-rules.fixture.ts';
import { fuzzedStream } from './fuzzed-streams.fixture.ts';
import type { Route } from './upstream-directory.ts';

// The slow suite takes a hundred thousand, and some thousands through the real gateway.

test('two thousand streams of every kind, cut anywhere: one row each, charged by the rule', async () => {
  const exchange = await createExchanges();
  const heard = new Map<number, Heard>();
  for (let seed = 1; seed <= 2000; seed += 1)
    heard.set(seed, await exchange(`req ${seed}`, fuzzedStream(seed)));
  for (const [seed, one] of heard) {
    const charges = one.rows.map(({ usage }) => ({
      outcome: usage.outcome,
      isEstimated: usage.isEstimated,
      chargeMicros: usage.lines.reduce((sum, line) => sum + line.chargeMicros, 0n),
    }));
    expectRule(seed, charges, 2);
    expectProperEnd(seed, one);
  }
  expect(heard.size).toBe(2000);
});

test('a request that cannot be written for an upstream is answered, and costs nothing', async () => {
  const exchange = await createExchanges();
  const open = () => {
    throw new RangeError('too deep');
  };
  const passages = { open, passable: (routes: readonly Route[]) => routes };
  const { status, rows } = await exchange('req 1', fuzzedStream(1), passages);
  expect({ status, rows }).toEqual({ status: 500, rows: [] });
});
