import fc from 'fast-check';
import type pg from 'pg';
import { beforeEach, expect } from 'vitest';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { splitCents } from '../../kernel/money.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { walletBalance } from '../wallet/index.ts';
import { sumUsage } from './usage.ts';
import {
  at,
  bills,
  record,
  recordAndCharge,
  settle,
  settleNothing,
  spent,
  sum,
  usage,
} from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

test('usage is split at the clock hour and at each price', async ({ ctx, clock }) => {
  clock.set(at('2026-11-02T05:00:00Z'));
  await record(ctx, [
    usage(ctx, at('2026-11-02T02:59:59.999Z')),
    usage(ctx, at('2026-11-02T03:00:00.000Z')),
    usage(ctx, at('2026-11-02T03:10:00Z'), { priceVersionId: 'price_b', lines: spent(7n) }),
    usage(ctx, at('2026-11-02T03:20:00Z'), { sku: 'other', lines: spent(1n) }),
    usage(ctx, at('2026-11-02T04:00:00.000Z'), { lines: spent(2n) }),
  ]);
  expect(await settle(ctx, at('2026-11-02T04:00:00Z'))).toEqual({
    settledUntil: at('2026-11-02T04:00:00Z'),
    tenants: 1,
    billRows: 4,
  });
  // What is still to come is not on bills.
  expect(await settle(ctx, at('2026-11-02T05:00:01Z'))).toEqual({
    settledUntil: clock.now(),
    tenants: 1,
    billRows: 1,
  });
  expect(
    (await bills(ctx))
      .toReversed()
      .map(({ periodStart, periodEnd, resourceId, priceVersionId, listMicros, quantity }) => [
        periodStart.toISOString(),
        periodEnd.toISOString(),
        resourceId,
        priceVersionId,
        listMicros,
        quantity,
      ]),
  ).toEqual([
    ['2026-11-02T02:00:00.000Z', '2026-11-02T03:00:00.000Z', 'small', 'price_a', 100n, 15],
    ['2026-11-02T03:00:00.000Z', '2026-11-02T04:00:00.000Z', 'other', 'price_a', 1n, 15],
    ['2026-11-02T03:00:00.000Z', '2026-11-02T04:00:00.000Z', 'small', 'price_a', 100n, 15],
    ['2026-11-02T03:00:00.000Z', '2026-11-02T04:00:00.000Z', 'small', 'price_b', 7n, 15],
    ['2026-11-02T04:00:00.000Z', '2026-11-02T05:00:00.000Z', 'small', 'price_a', 2n, 15],
  ]);
});

test('every meter of a SKU is on a line of its own, in its unit, and one that is free is on none', async ({
  ctx,
  clock,
}) => {
  clock.set(at('2026-11-04T05:00:00Z'));
  const lines = [
    { meter: 'gateway.calls', quantity: 1, chargeMicros: 0n },
    { meter: 'gateway.input-tokens', quantity: 10, chargeMicros: 0n },
    { meter: 'gateway.cached-input-tokens', quantity: 7, chargeMicros: 3n },
    { meter: 'gateway.output-tokens', quantity: 5, chargeMicros: 20n },
  ];
  await record(ctx, [
    usage(ctx, at('2026-11-04T03:10:00Z'), { lines }),
    usage(ctx, at('2026-11-04T03:20:00Z'), { lines: lines.slice(0, 2) }),
    usage(ctx, at('2026-11-04T03:30:00Z'), {
      sku: 'per call',
      lines: [{ meter: 'gateway.calls', quantity: 1, chargeMicros: 1n }],
    }),
  ]);
  await settle(ctx, at('2026-11-04T04:00:00Z'));
  expect(
    (await bills(ctx))
      .toReversed()
      .map(({ product, resourceId, billingItem, unit, requests, quantity, listMicros }) =>
        [product, resourceId, billingItem, unit, requests, quantity, listMicros].join(' '),
      ),
  ).toEqual([
    'models per call gateway.calls call 1 1 1',
    'models small gateway.cached-input-tokens token 1 7 3',
    'models small gateway.input-tokens token 2 20 0',
    'models small gateway.output-tokens token 1 5 20',
  ]);
});

test(
  'D-BIL-4 over any hours and settlements Σ list = Σ captured, and Σ cash + the last carry = Σ list',
  { timeout: 60_000 },
  async ({ ctx, clock }) => {
    const start = at('2027-03-01T00:00:00Z').getTime();
    let run = 0;
    const call = fc.record({
      afterMs: fc.nat(5_400_000),
      chargeMicros: fc.bigInt({ min: 0n, max: 30_000n }),
      lateMs: fc.nat(4_000_000),
      settles: fc.boolean(),
      model: fc.constantFrom('small', 'large'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
        const own = { ...ctx, tenantId: newTimelessId('tenant') };
        await fundWallet(own, 10_000_000n);
        let nowMs = start + run++ * 86_400_000;
        for (const { afterMs, chargeMicros, lateMs, settles, model } of calls) {
          nowMs += afterMs;
          clock.set(new Date(nowMs));
          const row = usage(own, new Date(nowMs - lateMs), {
            lines: spent(chargeMicros + 1n),
            sku: model,
          });
          await Promise.all([
            recordAndCharge(own, row),
            settles ? settle(own, new Date(nowMs)) : null,
            settles ? settle(own, new Date(nowMs - 1)) : null,
          ]);
        }
        clock.set(new Date(nowMs + 1));
        await settle(own, new Date(nowMs + 1));
        const rows = await bills(own);
        const captured = 10_000_000n - (await walletBalance(own)).balanceMicros;
        expect(sum(rows.map(({ listMicros }) => listMicros))).toBe(captured);
        expect(sum(rows.map(({ cashMicros }) => cashMicros)) + (rows[0]?.carriedMicros ?? 0n)).toBe(captured);
        expect(rows.reduce((count, { requests }) => count + requests, 0)).toBe(calls.length);
        expect(splitCents(captured).restMicros).toBe(rows[0]?.carriedMicros);
      }),
      { numRuns: 12 },
    );
  },
);

test('usage reported after its hour was billed goes to the next period, marked as late', async ({
  ctx,
  clock,
}) => {
  clock.set(at('2028-01-01T05:00:00Z'));
  await record(ctx, [usage(ctx, at('2028-01-01T03:30:00Z'))]);
  await settle(ctx, at('2028-01-01T04:00:00Z'));
  await record(ctx, [
    usage(ctx, at('2028-01-01T03:40:00Z'), { lines: spent(7n) }),
    usage(ctx, at('2028-01-01T04:00:00.000Z'), { lines: spent(9n) }),
  ]);
  await settle(ctx, at('2028-01-01T05:00:00Z'));
  expect(
    (await bills(ctx))
      .toReversed()
      .map(({ periodStart, isLate, listMicros }) => [periodStart.toISOString(), isLate, listMicros]),
  ).toEqual([
    ['2028-01-01T03:00:00.000Z', false, 100n],
    ['2028-01-01T04:00:00.000Z', false, 9n],
    ['2028-01-01T04:00:00.000Z', true, 7n],
  ]);
  expect(
    await sumUsage(ctx, {
      groupBy: 'hour',
      from: at('2028-01-01T03:00:00Z'),
      to: at('2028-01-01T04:00:00Z'),
    }),
  ).toMatchObject([
    { chargeMicros: 107n, meters: [{ meter: 'gateway.calls', unit: 'call', quantity: 2 }, { quantity: 30 }] },
  ]);
});

test('settling twice, twice at once, or in the middle of the hour bills everything once', async ({
  ctx,
  clock,
  database,
}) => {
  clock.set(at('2029-01-01T03:30:00Z'));
  await record(ctx, [usage(ctx, at('2029-01-01T03:10:00Z'))]);
  const before = newId('audit');
  await Promise.all([settle(ctx, clock.now()), settle(ctx, clock.now()), settle(ctx, clock.now())]);
  // Each runner found the same period: whichever ends it writes it down, and no other does.
  expect(await settledActs(database.admin, before)).toEqual([
    { until: '2029-01-01T03:30:00.000Z', tenants: 1, billRows: expect.any(Number) },
  ]);
  clock.set(at('2029-01-01T04:30:00Z'));
  await record(ctx, [usage(ctx, at('2029-01-01T03:50:00Z'), { lines: spent(3n) })]);
  await settle(ctx, at('2029-01-01T04:00:00Z'));
  await settle(ctx, at('2029-01-01T04:00:00Z'));
  expect(
    (await bills(ctx))
      .toReversed()
      .map(({ periodStart, periodEnd, listMicros }) => [
        periodStart.toISOString(),
        periodEnd.toISOString(),
        listMicros,
      ]),
  ).toEqual([
    ['2029-01-01T03:00:00.000Z', '2029-01-01T03:30:00.000Z', 100n],
    ['2029-01-01T03:30:00.000Z', '2029-01-01T04:00:00.000Z', 3n],
  ]);
});

/** Details of the settlements that were written down since an id was made. */
async function settledActs(admin: pg.Pool, since: string): Promise<object[]> {
  const { rows } = await admin.query<{ details: object }>(
    `select details from audit.entries where action = 'billing.settled' and id > $1 order by id`,
    [since],
  );
  return rows.map(({ details }) => details);
}

/** Makes the billing of one tenant fail, as if the process had died there. */
async function failOnTenant(admin: pg.Pool, tenantId: string): Promise<() => Promise<void>> {
  await admin.query(
    `create function billing.die() returns trigger language plpgsql as $$ begin if new.tenant_id = '${tenantId}' then raise exception 'died here'; end if; return new; end $$`,
  );
  await admin.query(
    'create trigger die before insert on billing.bill_rows for each row execute function billing.die()',
  );
  return async () => void (await admin.query('drop function billing.die() cascade'));
}

test('a settlement that dies between two accounts is finished by the next, and no account is billed twice', async ({
  ctx,
  clock,
  database,
}) => {
  clock.set(at('2030-01-01T05:00:00Z'));
  const tenants = [newTimelessId('tenant'), newTimelessId('tenant'), newTimelessId('tenant')]
    .toSorted()
    .map((tenantId) => ({ ...ctx, tenantId }));
  for (const tenant of tenants) await record(tenant, [usage(tenant, at('2030-01-01T03:30:00Z'))]);
  const heal = await failOnTenant(database.admin, tenants[1]?.tenantId ?? '');
  await expect(settle(ctx, at('2030-01-01T04:00:00Z'))).rejects.toBeDefined();
  const afterDeath = await Promise.all(tenants.map(bills));
  expect(afterDeath.map((rows) => rows.length)).toEqual([1, 0, 0]);
  await heal();
  for (const tenant of tenants)
    await record(tenant, [usage(tenant, at('2030-01-01T04:30:00Z'), { lines: spent(1n) })]);
  const before = newId('audit');
  await settle(ctx, at('2030-01-01T05:00:00Z'));
  expect(await settledActs(database.admin, before), 'one account was on its bill already').toEqual([
    { until: '2030-01-01T04:00:00.000Z', tenants: 3, billRows: 2 },
    { until: '2030-01-01T05:00:00.000Z', tenants: 3, billRows: 3 },
  ]);
  for (const tenant of tenants)
    expect((await bills(tenant)).toReversed().map(({ listMicros }) => listMicros)).toEqual([100n, 1n]);
});

test('a bill row can never be changed, and a customer cannot start a settlement', async ({
  ctx,
  app,
  database,
  clock,
}) => {
  clock.set(at('2034-01-01T05:00:00Z'));
  await record(ctx, [usage(ctx, at('2034-01-01T04:30:00Z'))]);
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  expect((await person.call('POST', '/api/billing/settle', {})).statusCode).toBe(403);
  expect((await operator.call('POST', '/api/billing/settle', {})).json()).toMatchObject({
    settledUntil: '2034-01-01T05:00:00.000Z',
  });
  expect(await bills(ctx)).toMatchObject([{ listMicros: 100n }]);
  await expect(database.admin.query('update billing.bill_rows set cash_micros = 0')).rejects.toMatchObject({
    code: '23001',
  });
});
