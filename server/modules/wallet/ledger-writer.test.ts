import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { createLog } from '../../kernel/log.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { createLedgerWriter, type Transfer, walletBalance } from './index.ts';

const spend = (ctx: Ctx, id: string, changes: Partial<Transfer> = {}) =>
  ({
    id,
    kind: 'post',
    code: 'usage',
    debit: `cash:${ctx.tenantId}`,
    credit: 'revenue:test',
    amountMicros: 1n,
    refType: 'test',
    refId: 'x',
    ...changes,
  }) as Transfer;

/** So many groups of these sizes. */
const groupsOf = (ctx: Ctx, run: string, sizes: readonly number[]) =>
  sizes.map((size, group) =>
    Array.from({ length: size }, (_, index) => spend(ctx, `${run}:${group}:${index}`)),
  );

/** Makes the first attempts to write transfers of a run fail with an error of PostgreSQL. */
async function failing({ admin }: Database, run: string, attempts: number, sqlState: string) {
  await admin.query(`create sequence wallet.failures;
    grant usage on sequence wallet.failures to public;
    create function wallet.fail() returns trigger language plpgsql as $$ begin
      if new.id like '${run}%' and nextval('wallet.failures') <= ${attempts} then raise exception 'not now' using errcode = '${sqlState}'; end if;
      return new; end $$;
    create trigger fail before insert on wallet.transfers for each row execute function wallet.fail()`);
  return async (): Promise<number> => {
    const { rows } = await admin.query<{ made: string }>(
      'select last_value::text as made from wallet.failures',
    );
    await admin.query('drop function wallet.fail() cascade; drop sequence wallet.failures');
    return Number(rows[0]?.made);
  };
}

test('a batch takes whole groups in the order they came, as many as fit, and at least one', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 100n);
  const run = newId('tr');
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { maxTransfers: 3, lingerMs: 5 });
  await Promise.all(groupsOf(ctx, run, [2, 2, 1, 4, 1]).map((group) => writer.post(group)));
  await writer.close();
  // What was committed at once carries the number of one transaction.
  const { rows } = await database.admin.query<{ ids: string[] }>(
    `select array_agg(id order by seq) as ids from wallet.transfers where id like $1 group by xmin::text order by min(seq)`,
    [`${run}:%`],
  );
  expect(rows.map(({ ids }) => ids.map((id) => id.slice(run.length + 1)))).toEqual([
    ['0:0', '0:1'],
    ['1:0', '1:1', '2:0'],
    ['3:0', '3:1', '3:2', '3:3'],
    ['4:0'],
  ]);
});

test('a batch has up to a thousand transfers', async ({ ctx, database }) => {
  await fundWallet(ctx, 1001n);
  const run = newId('tr');
  const writer = createLedgerWriter(asSystem(ctx, 'test'));
  await Promise.all(
    groupsOf(
      ctx,
      run,
      Array.from({ length: 1001 }, () => 1),
    ).map((group) => writer.post(group)),
  );
  const { rows } = await database.admin.query<{ size: number }>(
    `select count(*)::int as size from wallet.transfers where id like $1 group by xmin::text order by min(seq)`,
    [`${run}:%`],
  );
  expect(rows.map(({ size }) => size)).toEqual([1000, 1]);
});

test('a full batch waits for no company', async ({ ctx }) => {
  await fundWallet(ctx, 10n);
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { maxTransfers: 1, lingerMs: 3_600_000 });
  for (const run of [newId('tr'), newId('tr')])
    expect(await writer.post([spend(ctx, run)])).toEqual([{ id: run, outcome: 'created' }]);
});

test('a group that was booked by an earlier batch is answered so, and booked no second time, beside one that is new', async ({
  ctx,
}) => {
  await fundWallet(ctx, 10n);
  const [first, second] = [[spend(ctx, newId('tr'))], [spend(ctx, newId('tr'))]];
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { retryPausesMs: [] });
  await writer.post(first);
  const answers = await Promise.all([writer.post(first), writer.post(second)]);
  expect(answers).toMatchObject([[{ outcome: 'exists' }], [{ outcome: 'created' }]]);
  expect((await walletBalance(ctx)).balanceMicros).toBe(8n);
});

test('more groups than may wait are refused at once, and closing books those that wait', async ({ ctx }) => {
  await fundWallet(ctx, 10n);
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { maxWaiting: 2, lingerMs: 5 });
  const booked: string[] = [];
  const [first = [], second = [], third = []] = groupsOf(ctx, newId('tr'), [1, 1, 1]);
  const waiting = [first, second].map(async (group) => {
    for (const { outcome } of await writer.post(group)) booked.push(outcome);
  });
  await expect(writer.post(third)).rejects.toMatchObject({ code: 'wallet.ledger_busy' });
  await writer.close();
  expect(booked).toEqual(['created', 'created']);
  await Promise.all(waiting);
  await expect(writer.post(third)).rejects.toMatchObject({ code: 'wallet.ledger_busy' });
});

test('while the database is away a batch is booked by a later attempt, once', async ({ ctx, database }) => {
  await fundWallet(ctx, 10n);
  const run = newId('tr');
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { retryPausesMs: [0, 0] });
  const heal = await failing(database, run, 2, '55P03');
  expect(await writer.post([spend(ctx, run)])).toEqual([{ id: run, outcome: 'created' }]);
  expect(await heal()).toBe(3);
  expect((await walletBalance(ctx)).balanceMicros).toBe(9n);
});

test('before it tries again the writer waits, so that a database that is coming up is not pressed', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 10n);
  const run = newId('tr');
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { retryPausesMs: [400] });
  const heal = await failing(database, run, 1, '55P03');
  const startedAt = performance.now();
  await writer.post([spend(ctx, run)]);
  // A timer may end a millisecond early.
  expect(performance.now() - startedAt).toBeGreaterThan(398);
  expect(await heal()).toBe(2);
});

test('after the last attempt the callers are asked to come again, nothing is booked, and the writer goes on', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 10n);
  const run = newId('tr');
  const writer = createLedgerWriter(asSystem(ctx, 'test'), { retryPausesMs: [0, 0] });
  const heal = await failing(database, run, 3, '55P03');
  const answers = await Promise.allSettled([
    writer.post([spend(ctx, `${run}:1`)]),
    writer.post([spend(ctx, `${run}:2`)]),
  ]);
  expect(answers).toMatchObject(
    [1, 2].map(() => ({ status: 'rejected', reason: { code: 'wallet.ledger_busy' } })),
  );
  expect(await heal()).toBe(3);
  expect((await walletBalance(ctx)).balanceMicros).toBe(10n);
  expect(await writer.post([spend(ctx, run)])).toEqual([{ id: run, outcome: 'created' }]);
});

test('an error that no repetition mends is not repeated, comes to the callers as it is, and is logged with how many waited', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 10n);
  const run = newId('tr');
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const writer = createLedgerWriter({ ...asSystem(ctx, 'test'), log }, { retryPausesMs: [0, 0] });
  const heal = await failing(database, run, 3, 'P0001');
  const answers = await Promise.allSettled(groupsOf(ctx, run, [1, 1]).map((group) => writer.post(group)));
  expect(answers).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { code: 'P0001' } })));
  expect(await heal()).toBe(1);
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 50, groups: 2, err: { sqlState: 'P0001' }, msg: 'ledger batch not booked' },
  ]);
});

test('a transfer that the rules stumble over is a mistake, not a refusal: the callers get it as it is, and nothing is booked', async ({
  ctx,
}) => {
  await fundWallet(ctx, 10n);
  const writer = createLedgerWriter(asSystem(ctx, 'test'));
  // Guarantee of the type, broken as JavaScript can: an amount that is not a bigint.
  const amountMicros = 1 as unknown as bigint;
  const answers = await Promise.allSettled([
    writer.post([spend(ctx, newId('tr'))]),
    writer.post([spend(ctx, newId('tr'), { amountMicros })]),
  ]);
  expect(answers).toMatchObject(
    [1, 2].map(() => ({ status: 'rejected', reason: expect.any(TypeError) as unknown })),
  );
  expect((await walletBalance(ctx)).balanceMicros).toBe(10n);
});

test('a group with an account outside the chart is refused alone', async ({ ctx }) => {
  await fundWallet(ctx, 10n);
  const writer = createLedgerWriter(asSystem(ctx, 'test'));
  const run = newId('tr');
  const answers = await Promise.allSettled([
    writer.post([spend(ctx, `${run}:1`, { credit: 'gold:x' })]),
    writer.post([spend(ctx, `${run}:2`)]),
  ]);
  expect(answers).toMatchObject([
    { status: 'rejected', reason: { code: 'wallet.invalid_transfer' } },
    { status: 'fulfilled', value: [{ outcome: 'created' }] },
  ]);
});
