import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { aPerson, aTenant } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { chargeUsage, placeHold } from './index.ts';
import { listTransactions, type Transaction } from './transactions.ts';
import { transactionsCsv } from './transactions-csv.ts';

async function use(ctx: Ctx, amountMicros: bigint): Promise<void> {
  await chargeUsage(asSystem(ctx, 'test'), [
    {
      chargeId: newId('transfer'),
      tenantId: ctx.tenantId ?? '',
      holdId: null,
      amountMicros,
      to: 'revenue:test',
      refType: 'test',
      refId: 'x',
    },
  ]);
}

async function all(ctx: Ctx, limit: number): Promise<Transaction[]> {
  const found: Transaction[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listTransactions(ctx, { limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

test('every page shows the balance after each movement, newest first, and holds are no movement', async ({
  ctx,
  clock,
}) => {
  await fundWallet(ctx, 100n);
  clock.advanceMs(1000);
  await placeHold(asSystem(ctx, 'test'), {
    holdId: newId('lease'),
    tenantId: ctx.tenantId ?? '',
    amountMicros: 10n,
    expiresAt: new Date('2100-01-01'),
    reason: 'test',
  });
  await use(ctx, 30n);
  await use(ctx, 5n);
  const seen = await all(ctx, 1);
  expect(
    seen.map(({ direction, type, channel, amountMicros, balanceAfterMicros }) => [
      direction,
      type,
      channel,
      amountMicros,
      balanceAfterMicros,
    ]),
  ).toEqual([
    ['out', 'usage', 'balance', 5n, 65n],
    ['out', 'usage', 'balance', 30n, 70n],
    ['in', 'top_up', 'test', 100n, 100n],
  ]);
  expect(await all(ctx, 50)).toEqual(seen);
});

test('transactions are found by type, direction and time', async ({ ctx, clock }) => {
  const start = clock.now();
  await fundWallet(ctx, 100n);
  clock.advanceMs(60_000);
  await use(ctx, 1n);
  const count = async (query: object) => (await listTransactions(ctx, { limit: 50, ...query })).items.length;
  expect(await count({ type: 'usage' })).toBe(1);
  expect(await count({ type: 'refund' })).toBe(0);
  expect(await count({ direction: 'in' })).toBe(1);
  expect(await count({ direction: 'out' })).toBe(1);
  expect(await count({ from: clock.now() })).toBe(1);
  expect(await count({ to: clock.now() })).toBe(1);
  expect(await count({ from: start })).toBe(2);
  expect(await count({ cursor: 'nothing' })).toBe(0);
});

test("a tenant sees only its own money, and another's cursor finds nothing", async ({
  app,
  database,
  clock,
}) => {
  const own = await aTenant(app, database.db, clock);
  const other = await aTenant(app, database.db, clock);
  await fundWallet(own, 100n);
  await use(own, 1n);
  expect(await all(other, 50)).toEqual([]);
  const [newest] = await all(own, 50);
  await fundWallet(other, 5n);
  expect((await listTransactions(other, { limit: 50, cursor: newest?.id ?? '' })).items).toEqual([]);
});

test("PostgreSQL itself shows a tenant's purpose no other tenant's accounts, transfers, holds and top-ups, and none of the platform's", async ({
  app,
  database,
  clock,
}) => {
  const own = await aTenant(app, database.db, clock);
  const other = await aTenant(app, database.db, clock);
  for (const ctx of [own, other]) await fundWallet(ctx, 100n);
  await placeHold(asSystem(own, 'test'), {
    holdId: newId('lease'),
    tenantId: own.tenantId ?? '',
    amountMicros: 1n,
    expiresAt: new Date('2100-01-01'),
    reason: 'test',
  });
  const seen = (ctx: Ctx, table: string) =>
    inTransaction(ctx, 'billing', async (ctx) => {
      const { rows } = await ctx.db.execute<{ tenant: string }>(
        sql.raw(`select distinct tenant_id as tenant from wallet.${table}`),
      );
      return rows.map(({ tenant }) => tenant);
    });
  for (const table of ['accounts', 'transfers', 'holds'])
    expect(await seen(own, table)).toEqual([own.tenantId]);
  for (const table of ['holds', 'top_ups']) expect(await seen(other, table)).toEqual([]);
  await expect(seen(own, 'bank_transfers')).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('the CSV has one line per movement and exact amounts', async ({ ctx }) => {
  await fundWallet(ctx, 12_345_678n);
  await use(ctx, 1n);
  let text = '';
  for await (const part of transactionsCsv(ctx, {})) text += part;
  const lines = text.trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(',out,usage,balance,0.000001,12.345677,');
  expect(lines[2]).toContain(',in,top_up,test,12.345678,12.345678,');
});

test('the CSV is a download, of the logged-in account only', async ({ app }) => {
  const person = await aPerson(app);
  const answer = await person.call('GET', '/api/wallet/transactions.csv?type=usage');
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="transactions.csv"',
  });
  expect(answer.body.startsWith('\uFEFFid')).toBe(true);
  expect((await app.inject({ url: '/api/wallet/transactions.csv' })).statusCode).toBe(401);
});
