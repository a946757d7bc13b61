import { beforeEach, expect } from 'vitest';
import { tenantOf } from '../../kernel/context.ts';
import { newTimelessId } from '../../kernel/id.ts';
import { aTenant } from '../../testing/factories.ts';
import { fillTable } from '../../testing/many-rows.ts';
import { type Database, test } from '../../testing/test.ts';
import { listMonths } from './bills.ts';
import { listUsageEvents, sumUsage } from './usage.ts';
import { at, bills, record, settle, settleNothing, usage } from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

test('a request recorded any number of times, also at once, counts once', async ({ ctx }) => {
  const row = usage(ctx, ctx.clock.now());
  const added = await Promise.all(Array.from({ length: 8 }, () => record(ctx, [row, row])));
  expect(added.filter((ids) => ids.has(row.requestId))).toHaveLength(1);
  expect(await sumUsage(ctx, { groupBy: 'hour', to: at('2026-11-03T00:00:00Z') })).toMatchObject([
    {
      chargeMicros: 100n,
      meters: [
        { meter: 'gateway.calls', unit: 'call', quantity: 1 },
        { meter: 'gateway.output-tokens', unit: 'token', quantity: 15, chargeMicros: 100n },
      ],
    },
  ]);
});

test('batches that share requests in any order do not deadlock', async ({ ctx }) => {
  const rows = Array.from({ length: 40 }, (_, index) =>
    usage(ctx, ctx.clock.now(), { apiKeyId: `key_${index % 5}` }),
  );
  const batches = await Promise.all(
    Array.from({ length: 10 }, (_, index) => record(ctx, index % 2 === 0 ? rows : rows.toReversed())),
  );
  expect(batches.reduce((count, ids) => count + ids.size, 0)).toBe(40);
});

test('usage by day is by the Shanghai day, by key and SKU', async ({ ctx }) => {
  await record(ctx, [
    usage(ctx, at('2026-11-01T15:59:00Z')),
    usage(ctx, at('2026-11-01T16:01:00Z'), { apiKeyId: 'key_b', isEstimated: true }),
    usage(ctx, at('2026-11-02T01:00:00Z'), { apiKeyId: 'key_b' }),
    usage(ctx, at('2026-11-02T01:00:00Z'), { sku: 'large' }),
  ]);
  const query = { groupBy: 'day', from: at('2026-10-31T16:00:00Z'), to: at('2026-11-03T00:00:00Z') } as const;
  expect(
    (await sumUsage(ctx, query)).map(({ bucket, sku, apiKeyId, meters: [calls] }) => [
      bucket.toISOString(),
      sku,
      apiKeyId,
      calls?.quantity,
      calls?.estimatedQuantity,
    ]),
  ).toEqual([
    ['2026-10-31T16:00:00.000Z', 'small', 'key_a', 1, 0],
    ['2026-11-01T16:00:00.000Z', 'large', 'key_a', 1, 0],
    ['2026-11-01T16:00:00.000Z', 'small', 'key_b', 2, 1],
  ]);
  expect(await sumUsage(ctx, { ...query, apiKeyId: 'key_b' })).toHaveLength(1);
  expect(await sumUsage(ctx, { ...query, sku: 'large' })).toHaveLength(1);
});

test('sums are of a week by the hour and of a year by the day, and never more than an answer may hold', async ({
  ctx,
  database,
}) => {
  const to = at('2026-11-08T00:00:00Z');
  const weekAgo = at('2026-11-01T00:00:00Z');
  const yearAgo = at('2025-11-07T00:00:00Z');
  const justBefore = (instant: Date) => new Date(instant.getTime() - 1);
  await record(ctx, [usage(ctx, weekAgo)]);
  expect(await sumUsage(ctx, { groupBy: 'hour', from: weekAgo, to })).toHaveLength(1);
  expect(await sumUsage(ctx, { groupBy: 'day', from: yearAgo, to })).toHaveLength(1);
  await expect(sumUsage(ctx, { groupBy: 'hour', from: justBefore(weekAgo), to })).rejects.toMatchObject({
    code: 'billing.range_too_long',
    fields: { longestDays: 7 },
  });
  await expect(sumUsage(ctx, { groupBy: 'day', from: justBefore(yearAgo), to })).rejects.toMatchObject({
    code: 'billing.range_too_long',
    fields: { longestDays: 366 },
  });

  // Without a range: two weeks by the day, the hour they begin in included.
  await record(ctx, [usage(ctx, at('2026-10-25T01:00:00Z')), usage(ctx, at('2026-10-24T23:59:59Z'))]);
  const twoWeeks = await sumUsage(ctx, { groupBy: 'day', to });
  expect(twoWeeks.map(({ bucket }) => bucket)).toEqual([
    at('2026-10-24T16:00:00Z'),
    at('2026-10-31T16:00:00Z'),
  ]);
  expect(twoWeeks[0]?.chargeMicros).toBe(100n);

  await fillTable(database.admin, 'billing.usage_sums', 5_000, {
    tenant_id: `'${tenantOf(ctx)}'`,
    hour: `timestamptz '2026-11-02T00:00:00Z'`,
    api_key_id: `'key_' || n`,
  });
  const query = { groupBy: 'hour', from: weekAgo, to } as const;
  await expect(sumUsage(ctx, query)).rejects.toMatchObject({
    code: 'billing.too_many_sums',
    fields: { most: 5_000 },
  });
  expect(await sumUsage(ctx, { ...query, apiKeyId: 'key_7' })).toHaveLength(1);
  expect(await sumUsage(ctx, { ...query, from: at('2026-11-02T00:00:00Z') })).toHaveLength(5_000);
});

test('an answer that would leave out sums, because a newer release has more meters, is refused instead', async ({
  ctx,
  database,
}) => {
  const ownMeters = ctx.product.meters.size;
  const keys = 4_999;
  await fillTable(database.admin, 'billing.usage_sums', keys * (ownMeters + 1), {
    tenant_id: `'${tenantOf(ctx)}'`,
    hour: `timestamptz '2026-11-02T00:00:00Z'`,
    api_key_id: `'key_' || n % ${keys}`,
    meter: `'meter_' || n / ${keys}`,
  });
  const query = {
    groupBy: 'hour',
    from: at('2026-11-01T00:00:00Z'),
    to: at('2026-11-08T00:00:00Z'),
  } as const;
  await expect(sumUsage(ctx, query)).rejects.toMatchObject({ code: 'billing.too_many_sums' });
  const [one] = await sumUsage(ctx, { ...query, apiKeyId: 'key_7' });
  expect(one?.meters).toHaveLength(ownMeters + 1);
});

test('single calls and sums are those of the key, the SKU and the time that is asked for', async ({
  ctx,
}) => {
  const own = { ...ctx, tenantId: newTimelessId('tenant') };
  const calls = [
    { moment: '2026-11-02T01:59:59Z', apiKeyId: 'key_a', sku: 'small' },
    { moment: '2026-11-02T02:00:00Z', apiKeyId: 'key_a', sku: 'small' },
    { moment: '2026-11-02T02:30:00Z', apiKeyId: 'key_b', sku: 'small' },
    { moment: '2026-11-02T02:40:00Z', apiKeyId: 'key_a', sku: 'large' },
    { moment: '2026-11-02T03:00:00Z', apiKeyId: 'key_b', sku: 'large' },
  ];
  await record(
    own,
    calls.map(({ moment, ...call }) => usage(own, at(moment), call)),
  );
  const [from, to] = [at('2026-11-02T02:00:00Z'), at('2026-11-02T03:00:00Z')];
  const found = async (filter: Omit<Parameters<typeof sumUsage>[1], 'groupBy'>) => {
    const { items } = await listUsageEvents(own, { ...filter, limit: 10 });
    const sums = await sumUsage(own, { to: at('2026-11-02T05:00:00Z'), ...filter, groupBy: 'hour' });
    expect(sums.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n)).toBe(100n * BigInt(items.length));
    return items.map(({ finishedAt }) =>
      calls.findIndex(({ moment }) => at(moment).getTime() === finishedAt.getTime()),
    );
  };
  expect(await found({})).toEqual([4, 3, 2, 1, 0]);
  expect(await found({ from })).toEqual([4, 3, 2, 1]);
  expect(await found({ to })).toEqual([3, 2, 1, 0]);
  expect(await found({ apiKeyId: 'key_a' })).toEqual([3, 1, 0]);
  expect(await found({ sku: 'large' })).toEqual([4, 3]);
  expect(await found({ from, to, apiKeyId: 'key_a', sku: 'small' })).toEqual([1]);
});

test('calls that ended at one instant are on one page each', async ({ ctx }) => {
  const own = { ...ctx, tenantId: newTimelessId('tenant') };
  const moment = at('2026-11-02T04:00:00Z');
  for (const apiKeyId of ['key_a', 'key_b', 'key_c']) await record(own, [usage(own, moment, { apiKeyId })]);
  const first = await listUsageEvents(own, { limit: 2 });
  const rest = await listUsageEvents(own, { limit: 2, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...rest.items].map(({ apiKeyId }) => apiKeyId)).toEqual([
    'key_c',
    'key_b',
    'key_a',
  ]);
});

test('single calls are paged newest first and filtered', async ({ ctx }) => {
  const moments = ['2026-11-02T01:00:00Z', '2026-11-02T03:00:00Z', '2026-11-02T02:00:00Z'];
  for (const moment of moments) await record(ctx, [usage(ctx, at(moment), { apiKeyId: moment })]);
  const first = await listUsageEvents(ctx, { limit: 2 });
  expect(first.items.map(({ apiKeyId }) => apiKeyId)).toEqual([moments[1], moments[2]]);
  const second = await listUsageEvents(ctx, { limit: 2, cursor: first.nextCursor ?? '' });
  expect(second).toMatchObject({ items: [{ apiKeyId: moments[0] }], nextCursor: null });
  expect(
    (
      await listUsageEvents(ctx, {
        limit: 10,
        from: at('2026-11-02T02:00:00Z'),
        to: at('2026-11-02T03:00:00Z'),
      })
    ).items,
  ).toHaveLength(1);
});

test("another tenant's usage, bills and months do not exist", async ({ app, database, clock }) => {
  const own = await aTenant(app, database, clock);
  const other = await aTenant(app, database, clock);
  clock.set(at('2032-01-01T05:00:00Z'));
  await record(own, [usage(own, at('2032-01-01T03:30:00Z'))]);
  await settle(own, at('2032-01-01T04:00:00Z'));
  const [event] = (await listUsageEvents(own, { limit: 10 })).items;
  expect(event).toBeDefined();
  expect(await bills(other)).toEqual([]);
  expect(await listMonths(other)).toEqual([]);
  expect((await listUsageEvents(other, { limit: 10 })).items).toEqual([]);
  expect((await listUsageEvents(other, { limit: 10, cursor: event?.id ?? '' })).items).toEqual([]);
  expect(await sumUsage(other, { groupBy: 'day' })).toEqual([]);
});
