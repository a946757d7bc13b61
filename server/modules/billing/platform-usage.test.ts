import { beforeEach, expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { contextWith, type Database, test } from '../../testing/test.ts';
import { newTimelessId } from '../../kernel/id.ts';
import { readPlatformUsage } from './platform-usage.ts';
import { at, record, settleNothing, spent, usage } from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(async ({ database }) => {
  await settleNothing(database);
  await database.admin.query('truncate billing.usage_sums');
});

const asOperator = (ctx: Ctx): Ctx => ({ ...ctx, actor: { ...ctx.actor, isOperator: true } as Ctx['actor'] });

test('the operator sees what all accounts were charged today, this month and on each of fourteen days of Shanghai', async ({
  ctx,
  database,
  clock,
}) => {
  clock.set(at('2026-11-20T04:00:00Z'));
  const charges = {
    '2026-10-31T15:59:59Z': 1n, // still October
    '2026-10-31T16:00:00Z': 20n,
    '2026-11-06T15:59:59Z': 300n, // a day more than is shown
    '2026-11-06T16:00:00Z': 4_000n, // the first day that is shown
    '2026-11-19T15:59:59Z': 50_000n,
    '2026-11-19T16:00:00Z': 600_000n, // today
  };
  for (const [moment, micros] of Object.entries(charges)) {
    const account = contextWith(database, clock, { kind: 'system', name: 'test' }, newTimelessId('tenant'));
    await record(account, [usage(account, at(moment), { lines: spent(micros) })]);
  }
  await record(ctx, [
    usage(ctx, at('2026-11-20T02:00:00Z'), { lines: spent(0n) }),
    usage(ctx, at('2026-11-20T03:00:00Z'), { outcome: 'upstream_failed', lines: spent(0n) }),
  ]);
  const { days, ...seen } = await readPlatformUsage(asOperator(ctx));
  expect(seen).toEqual({ todayMicros: 600_000n, monthMicros: 654_320n, callsToday: 3, failedToday: 1 });
  expect([days.length, days[0]?.startsAt, days.at(-1)?.startsAt]).toEqual([
    14,
    at('2026-11-06T16:00:00Z'),
    at('2026-11-19T16:00:00Z'),
  ]);
  expect(days.map(({ chargeMicros }) => chargeMicros)).toEqual([
    4_000n,
    ...Array.from({ length: 11 }, () => 0n),
    50_000n,
    600_000n,
  ]);
});

test('early in a month, the days before it are shown and are no part of it', async ({ ctx, clock }) => {
  clock.set(at('2026-12-01T04:00:00Z'));
  await record(ctx, [usage(ctx, at('2026-11-25T03:00:00Z'), { lines: spent(7n) })]);
  const { days, monthMicros } = await readPlatformUsage(asOperator(ctx));
  expect([monthMicros, days.filter(({ chargeMicros }) => chargeMicros === 7n).length]).toEqual([0n, 1]);
});
