import { beforeEach, expect } from 'vitest';
import { runErasure } from '../privacy/erasure/index.ts';
import { confirmed, test } from '../../testing/erasing.ts';
import { aPerson } from '../../testing/factories.ts';
import type { Database } from '../../testing/test.ts';
import { listUsageEvents, sumUsage } from './usage.ts';
import { at, record, settleNothing, spent, usage } from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

const hour = { groupBy: 'hour', from: at('2026-11-02T03:00:00Z'), to: at('2026-11-02T05:00:00Z') } as const;

test('of a call is kept when it ended, what it was and what each meter came to; an empty batch is nothing', async ({
  ctx,
}) => {
  const call = usage(ctx, at('2026-11-02T03:10:00Z'), {
    durationMs: 1500,
    startedAt: at('2026-11-02T03:59:58.600Z'),
    isEstimated: true,
    isStreamed: true,
    outcome: 'stopped',
    endpoint: 'responses',
    firstByteMs: 320,
    lines: [...spent(7n, 4), { meter: 'gateway.newer', quantity: 3, chargeMicros: 5n }],
  });
  expect(await record(ctx, [call])).toEqual(new Set([call.requestId]));
  expect(await record(ctx, [call])).toEqual(new Set());
  expect(await record(ctx, [])).toEqual(new Set());
  const { items } = await listUsageEvents(ctx, { limit: 10 });
  expect(items).toMatchObject([
    {
      requestId: call.requestId,
      userId: call.userId,
      at: at('2026-11-02T04:00:00.100Z'),
      billableAt: at('2026-11-02T04:00:00.100Z'),
      isLate: false,
      startedAt: at('2026-11-02T03:59:58.600Z'),
      durationMs: 1500,
      firstByteMs: 320,
      endpoint: 'responses',
      sku: 'small',
      priceVersionId: 'price_a',
      apiKeyId: 'key_a',
      apiKeyName: null,
      isEstimated: true,
      isStreamed: true,
      outcome: 'stopped',
      chargeMicros: 12n,
      createdAt: ctx.clock.now(),
      lines: [
        { meter: 'gateway.calls', unit: 'call', quantity: 1, chargeMicros: 0n },
        { meter: 'gateway.output-tokens', unit: 'token', quantity: 4, chargeMicros: 7n },
        { meter: 'gateway.newer', unit: '', quantity: 3, chargeMicros: 5n },
      ],
    },
  ]);
  // It belongs to the hour it ended in.
  expect(await sumUsage(ctx, hour)).toMatchObject([
    { bucket: at('2026-11-02T04:00:00Z'), chargeMicros: 12n },
  ]);
});

test('hourly sums add up over calls of one batch and over batches, per key, SKU and meter', async ({
  ctx,
}) => {
  const one = (changes: object = {}) => usage(ctx, at('2026-11-02T03:10:00Z'), changes);
  await record(ctx, [
    one({ lines: spent(3n, 2) }),
    one({ lines: spent(4n, 5), isEstimated: true }),
    one({ lines: spent(1n, 1), sku: 'large' }),
    one({ lines: spent(1n, 1), apiKeyId: 'key_b' }),
  ]);
  await record(ctx, [one({ lines: spent(20n, 10), isEstimated: true }), one({ lines: spent(30n, 20) })]);
  const calls = { meter: 'gateway.calls', unit: 'call', chargeMicros: 0n };
  const tokens = { meter: 'gateway.output-tokens', unit: 'token' };
  const single = [
    { ...calls, quantity: 1, estimatedQuantity: 0 },
    { ...tokens, quantity: 1, estimatedQuantity: 0, chargeMicros: 1n },
  ];
  const bucket = at('2026-11-02T03:00:00Z');
  expect(await sumUsage(ctx, hour)).toEqual([
    { bucket, sku: 'large', apiKeyId: 'key_a', chargeMicros: 1n, meters: single },
    {
      bucket,
      sku: 'small',
      apiKeyId: 'key_a',
      chargeMicros: 57n,
      meters: [
        { ...calls, quantity: 4, estimatedQuantity: 2 },
        { ...tokens, quantity: 37, estimatedQuantity: 15, chargeMicros: 57n },
      ],
    },
    { bucket, sku: 'small', apiKeyId: 'key_b', chargeMicros: 1n, meters: single },
  ]);
});

test('a call that ends after its person was erased is in the books without an owner, and in no sum', async ({
  ctx,
  app,
  system,
  database,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const ended = at('2026-11-02T03:10:00Z');
  const late = usage(ctx, ended, {
    userId: person.user.id,
    tenantId: person.tenant.id,
    lines: spent(9n),
  });
  const inOther = usage(ctx, ended, { userId: person.user.id, lines: spent(5n) });
  const own = usage(ctx, ended, { lines: spent(2n) });
  expect((await record(ctx, [late, inOther, own])).size).toBe(3);
  const { rows } = await database.admin.query<{ owner: string; charge: string }>(
    `select regexp_replace(user_id, '^erased-.{36}$', 'without owner') as owner, charge_micros::text as charge
     from billing.usage_events where request_id = any($1) order by charge_micros`,
    [[late, inOther, own].map(({ requestId }) => requestId)],
  );
  expect(rows).toEqual([
    { owner: own.userId, charge: '2' },
    { owner: 'without owner', charge: '5' },
    { owner: 'without owner', charge: '9' },
  ]);
  // The account of others goes on counting; the erased person's own stands still.
  expect((await sumUsage(ctx, hour)).map(({ chargeMicros }) => chargeMicros)).toEqual([7n]);
  expect(await sumUsage({ ...ctx, tenantId: person.tenant.id }, hour)).toEqual([]);
});
