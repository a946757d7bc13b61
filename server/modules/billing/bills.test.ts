import { beforeEach, expect } from 'vitest';
import { csvLine } from '../../kernel/list-files.ts';
import { type Database, test } from '../../testing/test.ts';
import { listBills, listMonths } from './bills.ts';
import { billColumns } from './file-columns.ts';
import { at, bills, record, settle, settleNothing, spent, usage } from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

test('RT-2 monthly bills group by the Shanghai month', async ({ ctx, clock }) => {
  clock.set(at('2031-02-01T00:00:00Z'));
  await record(ctx, [
    usage(ctx, at('2031-01-31T15:59:59Z'), { lines: spent(20_000n) }),
    usage(ctx, at('2031-01-31T16:00:00Z'), { lines: spent(30_001n) }),
  ]);
  await settle(ctx, at('2031-02-01T00:00:00Z'));
  expect(await listMonths(ctx)).toEqual([
    { month: '2031-02', listMicros: 30_001n, cashMicros: 30_000n },
    { month: '2031-01', listMicros: 20_000n, cashMicros: 20_000n },
  ]);
  expect((await listBills(ctx, { limit: 10 })).items.map(({ month }) => month)).toEqual([
    '2031-02',
    '2031-01',
  ]);
  expect((await listBills(ctx, { limit: 10, month: '2031-01' })).items).toMatchObject([
    { month: '2031-01', listMicros: 20_000n },
  ]);
});

test('page after page shows every line of the bills once, newest first', async ({ ctx, clock }) => {
  clock.set(at('2031-03-01T00:00:00Z'));
  const charges = [1n, 2n, 3n, 4n, 5n];
  await record(
    ctx,
    charges.map((charge) => usage(ctx, at(`2031-02-28T1${charge}:30:00Z`), { lines: spent(charge) })),
  );
  await settle(ctx, at('2031-03-01T00:00:00Z'));
  const seen: bigint[] = [];
  let cursor: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- a page names the next one
    const page = await listBills(ctx, { limit: 2, cursor });
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ listMicros }) => listMicros));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && seen.length < 10);
  expect(seen).toEqual(charges.toReversed());
});

test('D-BIL-4 the CSV shows list price with six decimals, cash with two, Shanghai time', async ({
  ctx,
  clock,
}) => {
  clock.set(at('2033-01-01T05:00:00Z'));
  await record(ctx, [usage(ctx, at('2033-01-01T03:30:00Z'), { lines: spent(12_101_416n), sku: '=cmd()' })]);
  await settle(ctx, at('2033-01-01T04:00:00Z'));
  const [row] = (await listBills(ctx, { limit: 1 })).items;
  expect(csvLine(row === undefined ? [] : billColumns.map(([, cell]) => cell(row, ctx))).trim()).toMatch(
    /^bill_\w+,2033-01-01 11:00:00,2033-01-01 12:00:00,2033-01,Calls of models 模型调用,'=cmd\(\),Output 输出,1,15,tokens token,12\.101416,12\.10,0\.001416,no 否$/,
  );
  await record(ctx, [usage(ctx, at('2033-01-01T03:40:00Z'), { lines: spent(1n) })]);
  await settle(ctx, at('2033-01-01T05:00:00Z'));
  const [late] = (await listBills(ctx, { limit: 1 })).items;
  expect(csvLine(late === undefined ? [] : billColumns.map(([, cell]) => cell(late, ctx))).trim()).toMatch(
    /,yes 是$/,
  );
});

test('usage of a meter that only a newer release knows is on no bill until a process of that release makes it', async ({
  ctx,
  clock,
}) => {
  clock.set(at('2029-06-01T05:00:00Z'));
  for (const chargeMicros of [0n, 5n]) {
    await record(ctx, [
      usage(ctx, at('2029-06-01T03:10:00Z'), {
        lines: [{ meter: 'gateway.newer', quantity: 1, chargeMicros }],
      }),
    ]);
    await expect(settle(ctx, at('2029-06-01T04:00:00Z'))).rejects.toThrow('unknown meter gateway.newer');
    expect(await bills(ctx)).toEqual([]);
  }
});
