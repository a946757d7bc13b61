import { expect } from 'vitest';
import { asSystem, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { createLog } from '../../kernel/log.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { creditCash } from './credit-cash.ts';
import {
  chargeUsage,
  checkLedger,
  createLedgerWriter,
  placeHold,
  postTransfers,
  reverseGroup,
  type Transfer,
  walletBalance,
} from './index.ts';
import { checkLedgerJob } from './jobs.ts';

const spend = (tenantId: string | null, amountMicros: bigint, id = newId('tr')): Transfer => ({
  id,
  kind: 'post',
  code: 'usage',
  debit: `cash:${tenantId}`,
  credit: 'revenue:test',
  amountMicros,
  refType: 'test',
  refId: id,
});

test('L8 amounts beyond 2^53 stay exact to the micro-yuan', async ({ ctx }) => {
  const huge = 2n ** 53n + 1n;
  await fundWallet(ctx, huge);
  await postTransfers(asSystem(ctx, 'test'), [spend(ctx.tenantId, 2n ** 53n)]);
  expect((await walletBalance(ctx)).balanceMicros).toBe(1n);
});

test('L3 not even a bug in the writer can overdraw: the database refuses', async ({ ctx, database }) => {
  await fundWallet(ctx, 5n);
  await expect(
    database.admin.query('update wallet.accounts set posted_micros = -1 where id = $1', [
      `cash:${ctx.tenantId}`,
    ]),
  ).rejects.toMatchObject({ constraint: 'accounts_floor_check' });
  await expect(
    database.admin.query('update wallet.accounts set held_micros = 6 where id = $1', [
      `cash:${ctx.tenantId}`,
    ]),
  ).rejects.toMatchObject({ constraint: 'accounts_floor_check' });
});

test('a booked transfer can never be changed or deleted, not even by the owner of the database', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 5n);
  for (const statement of [
    'update wallet.transfers set amount_micros = 1',
    'delete from wallet.transfers',
    'truncate wallet.transfers',
  ]) {
    await expect(database.admin.query(statement)).rejects.toMatchObject({ code: '23001' });
  }
});

test('the nightly check finds a balance, a reservation and a hold that were changed by hand, and counts what it read', async ({
  ctx,
  database: { admin },
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 5n);
  const id = `cash:${ctx.tenantId}`;
  const holdId = newId('lease');
  await placeHold(system, {
    holdId,
    tenantId: tenantOf(ctx),
    amountMicros: 3n,
    expiresAt: new Date('2100-01-01'),
    reason: 'test',
  });
  const { rows: counts } = await admin.query<{ accounts: number; transfers: number }>(
    `select (select count(*)::int from wallet.accounts) as accounts, (select count(*)::int from wallet.transfers) as transfers`,
  );
  expect(await checkLedger(system)).toEqual({
    sumMicros: 0n,
    accountsChecked: counts[0]?.accounts,
    transfersChecked: counts[0]?.transfers,
    mismatches: [],
  });
  const change = (by: 1 | -1) =>
    Promise.all([
      admin.query(
        'update wallet.accounts set posted_micros = posted_micros + $2, held_micros = held_micros - $2 where id = $1',
        [id, by],
      ),
      admin.query('update wallet.holds set captured_micros = captured_micros + $2 where id = $1', [
        holdId,
        by,
      ]),
    ]);
  await change(1);
  const check = await checkLedger(system);
  expect(check.sumMicros).toBe(1n);
  expect(check.mismatches).toEqual([
    { kind: 'held', id, storedMicros: 2n, foldedMicros: 3n },
    { kind: 'hold', id: holdId, storedMicros: 1n, foldedMicros: 0n },
    { kind: 'posted', id, storedMicros: 6n, foldedMicros: 5n },
  ]);
  await change(-1);
  expect(await checkLedger(system)).toMatchObject({ sumMicros: 0n, mismatches: [] });
});

test('the check names a hundred mismatches at most', async ({ ctx, database: { admin } }) => {
  await admin.query(`insert into wallet.accounts (id, ledger, kind, posted_micros, held_micros, created_at)
    select 'rounding:' || n, 'CNY', 'rounding', 1, 0, now() from generate_series(1, 101) n`);
  const check = await checkLedger(asSystem(ctx, 'test'));
  await admin.query(`delete from wallet.accounts where kind = 'rounding'`);
  expect(check.mismatches).toHaveLength(100);
});

test('a night in which the books balance is silent; a balance or a reservation that does not fit is the loudest thing a log can say', async ({
  ctx,
  database: { admin },
}) => {
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const night = () => checkLedgerJob.run({ ...asSystem(ctx, 'test'), log }, {});
  await fundWallet(ctx, 5n);
  const id = `cash:${ctx.tenantId}`;
  await night();
  expect(logged).toEqual([]);
  for (const column of ['held_micros', 'posted_micros']) {
    await admin.query(`update wallet.accounts set ${column} = ${column} + 1 where id = $1`, [id]);
    await night();
    await admin.query(`update wallet.accounts set ${column} = ${column} - 1 where id = $1`, [id]);
  }
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 60, sumMicros: '0', accounts: [`held ${id}`] },
    { level: 60, sumMicros: '1', accounts: [`posted ${id}`] },
  ]);
});

test('a group with one impossible transfer books nothing, and its neighbours in the batch are not touched by it', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const writer = createLedgerWriter(system, { lingerMs: 20 });
  const [bad, good] = await Promise.allSettled([
    writer.post([spend(ctx.tenantId, 3n), spend(ctx.tenantId, 100n)]),
    writer.post([spend(ctx.tenantId, 4n)]),
  ]);
  await writer.close();
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'wallet.insufficient_balance' } });
  expect(good).toMatchObject({ status: 'fulfilled', value: [{ outcome: 'created' }] });
  expect((await walletBalance(ctx)).balanceMicros).toBe(6n);
  await expect(writer.post([spend(ctx.tenantId, 1n)])).rejects.toMatchObject({ code: 'wallet.ledger_busy' });
});

test('L7 of a group only what moved is reversed; a group in which nothing moved, or that reverses another, is refused', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const [group, mixed, held] = [newId('tr'), newId('tr'), newId('tr')];
  const hold = (id: string, groupId: string): Transfer => ({
    id,
    kind: 'hold',
    code: 'usage',
    debit: `cash:${ctx.tenantId}`,
    amountMicros: 2n,
    expiresAt: new Date('2100-01-01'),
    groupId,
    refType: 'test',
    refId: id,
  });
  const undone = newId('tr');
  await postTransfers(system, [
    hold(`${group}:h`, group),
    { ...spend(ctx.tenantId, 3n, `${group}:s`), groupId: group },
    hold(held, held),
    spend(ctx.tenantId, 1n, undone),
    { ...spend(ctx.tenantId, 1n, `${mixed}:1`), groupId: mixed },
    { ...spend(ctx.tenantId, 1n, `${mixed}:2`), groupId: mixed, reversalOf: undone },
  ]);
  expect(await reverseGroup(system, { groupId: group, reversalId: `${group}:r` })).toEqual([
    { id: `${group}:r:${group}:s`, outcome: 'created' },
  ]);
  expect(await reverseGroup(system, { groupId: group, reversalId: `${group}:r` })).toEqual([
    { id: `${group}:r:${group}:s`, outcome: 'exists' },
  ]);
  for (const groupId of ['tr_none', held, mixed, `${group}:r`])
    await expect(reverseGroup(system, { groupId, reversalId: `${groupId}:again` })).rejects.toMatchObject({
      code: 'wallet.group_not_reversible',
      fields: { groupId },
    });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 7n, heldMicros: 4n });
  expect(await postTransfers(system, [])).toEqual([]);
});

test('L7 two reversals of one group at once: one reverses it, the others are refused', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const groupId = newId('tr');
  await postTransfers(system, [{ ...spend(ctx.tenantId, 3n), groupId }]);
  const answers = await Promise.allSettled(
    ['one', 'two', 'three'].map((name) =>
      reverseGroup(system, { groupId, reversalId: `${groupId}:${name}` }),
    ),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers)
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({ code: 'wallet.group_not_reversible' });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 10n });
});

test('L7 a group is unwound from its end: what paid a debt becomes debt again before the money goes back', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const tenantId = tenantOf(ctx);
  const use = { chargeId: newId('tr'), tenantId, holdId: null, amountMicros: 4n, to: 'revenue:test' };
  await chargeUsage(system, [{ ...use, refType: 'test', refId: 'x' }]);
  const id = newId('tr');
  const credit = { id, tenantId, amountMicros: 10n, from: 'clearing:test', refType: 'top_up' } as const;
  await inTransaction(system, 'settlement', (ctx) => creditCash(ctx, credit));
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 6n, owedMicros: 0n });
  await reverseGroup(system, { groupId: id, reversalId: `${id}:r` });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, owedMicros: 4n });
});
