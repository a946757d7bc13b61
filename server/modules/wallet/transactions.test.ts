import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { csvLine } from '../../kernel/list-files.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { mostCounted } from '../../kernel/totals.ts';
import { aPerson, aTenant } from '../../testing/factories.ts';
import { fillTable } from '../../testing/many-rows.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { getBalance } from './balance.ts';
import { chargeUsage, placeHold, postTransfers } from './index.ts';
import { listTransactions, sumTransactions, type Transaction } from './transactions.ts';
import { transactionColumns } from './export-lists.ts';

async function use(ctx: Ctx, amountMicros: bigint): Promise<void> {
  await chargeUsage(asSystem(ctx, 'test'), [
    {
      chargeId: newId('tr'),
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
  const page = await listTransactions(ctx, { limit: 3 });
  expect(page.nextCursor, 'a page that ends the list names no other').toBeNull();
});

test('a movement names its channel: where money came from, or the balance that paid', async ({ ctx }) => {
  const post = (debit: string, credit: string) =>
    postTransfers(asSystem(ctx, 'test'), [
      {
        id: newId('tr'),
        kind: 'post',
        code: 'top_up',
        debit,
        credit,
        amountMicros: 5n,
        refType: 'test',
        refId: 'x',
      },
    ]);
  const cash = `cash:${ctx.tenantId}`;
  await post('clearing:bank', 'suspense:bank');
  await post('suspense:bank', cash);
  await post('promo_expense:spring', cash);
  await post(cash, 'clearing:sandbox');
  await post(`debt:${ctx.tenantId}`, cash);
  const { items } = await listTransactions(ctx, { limit: 10 });
  expect(items.map(({ direction, channel }) => `${direction} ${channel}`)).toEqual([
    'in balance',
    'out sandbox',
    'in balance',
    'in bank',
  ]);
  expect(await getBalance({ ...ctx, tenantId: newTimelessId('tenant') })).toEqual({
    balanceMicros: 0n,
    heldMicros: 0n,
    availableMicros: 0n,
    owedMicros: 0n,
  });
});

test('transactions are found by type, direction and time', async ({ ctx, clock }) => {
  const start = clock.now();
  await fundWallet(ctx, 100n);
  clock.advanceMs(60_000);
  await use(ctx, 1n);
  await use(ctx, 2n);
  const count = async (query: object) => (await listTransactions(ctx, { limit: 50, ...query })).items.length;
  expect(await count({ type: 'usage' })).toBe(2);
  expect(await count({ type: 'refund' })).toBe(0);
  expect(await count({ direction: 'in' })).toBe(1);
  expect(await count({ direction: 'out' })).toBe(2);
  expect(await count({ from: clock.now() })).toBe(2);
  expect(await count({ to: clock.now() })).toBe(1);
  expect(await count({ from: start })).toBe(3);
  expect(await count({ cursor: 'nothing' })).toBe(0);
});

test("a tenant sees only its own money, and another's cursor finds nothing", async ({
  app,
  database,
  clock,
}) => {
  const own = await aTenant(app, database, clock);
  const other = await aTenant(app, database, clock);
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
  const own = await aTenant(app, database, clock);
  const other = await aTenant(app, database, clock);
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
  const { items } = await listTransactions(ctx, { limit: 10 });
  const lines = items.map((row) => csvLine(transactionColumns.map(([, cell]) => cell(row, ctx))));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(',out 支出,Usage 消费,Balance 余额,0.000001,12.345677,');
  expect(lines[1]).toContain(',in 收入,Top-up 充值,Other 其他,12.345678,12.345678,');
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

test('JSON lines hold the same rows with the fields of the list, and totals count what the filters leave', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  const own = { ...ctx, tenantId: person.tenant.id };
  await fundWallet(own, 12_345_678n);
  await use(own, 1n);
  await use(own, 2n);
  const file = await person.call('GET', '/api/wallet/transactions.jsonl');
  expect(file.headers).toMatchObject({
    'content-type': 'application/jsonl; charset=utf-8',
    'content-disposition': 'attachment; filename="transactions.jsonl"',
  });
  const list = (await person.call('GET', '/api/wallet/transactions')).json<{ items: object[] }>();
  const lines = file.body.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(list.items);
  const totals = async (query: string) =>
    (await person.call('GET', `/api/wallet/transactions/totals${query}`)).json<object>();
  expect(await totals('')).toEqual({ count: 3, isComplete: true, inMicros: 12_345_678, outMicros: 3 });
  expect(await totals('?direction=out')).toEqual({ count: 2, isComplete: true, inMicros: 0, outMicros: 3 });
});

test('of more than ten thousand transactions the newest ten thousand are counted and summed, and the answer says that there are more', async ({
  app,
  database,
  clock,
}) => {
  const own = await aTenant(app, database, clock);
  const tenantId = own.tenantId ?? '';
  await fillTable(database.admin, 'wallet.transfers', mostCounted, {
    id: `'${tenantId}' || n`,
    kind: `'post'`,
    code: `'usage'`,
    debit_account_id: `'cash:${tenantId}'`,
    credit_account_id: `'revenue:test'`,
    tenant_id: `'${tenantId}'`,
    // The four oldest have one instant.
    amount_micros: 'n',
    cash_after_micros: '1',
    created_at: `timestamptz '2026-01-01T00:00:00Z' + greatest(n, 4) * interval '1 second'`,
  });
  const sumUpTo = (n: bigint) => (n * (n + 1n)) / 2n;
  const all = sumUpTo(10_000n);
  expect(await sumTransactions(own, {})).toEqual({
    count: 10_000,
    isComplete: true,
    inMicros: 0n,
    outMicros: all,
  });
  const more = { count: 10_000, isComplete: false, inMicros: 7_000n };
  await fundWallet(own, 7_000n);
  expect(await sumTransactions(own, {})).toEqual({ ...more, outMicros: all - sumUpTo(1n) });
  await use(own, 500n);
  await use(own, 500n);
  expect(await sumTransactions(own, {})).toEqual({ ...more, outMicros: all - sumUpTo(3n) + 1_000n });
});
