import { expect, vi } from 'vitest';
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import type { Problem } from '../../kernel/problem.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { captureHold, checkLedger, placeHold, postTransfers, walletBalance } from './index.ts';

/** Resolves when a transaction waits for the row of an account. */
async function untilWaiting({ admin }: Database): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query like '%wallet.accounts%for update%'`,
    );
    expect(rowCount).toBe(1);
  }, 30_000);
}

test('L2 L3 a hold that is placed while another booking waits for its accounts is unknown to that booking, and its account keeps its money', async ({
  ctx,
  database,
}) => {
  const system = asSystem(ctx, 'test');
  const other: Ctx = { ...ctx, tenantId: newTimelessId('tenant') };
  await fundWallet(ctx, 100n);
  await fundWallet(other, 10n);
  const holdId = newId('lease');
  const facts = { refType: 'test', refId: 'x' } as const;
  const blocker = await database.admin.connect();
  try {
    await blocker.query('begin');
    await blocker.query('select 1 from wallet.accounts where id = $1 for update', [
      `cash:${tenantOf(other)}`,
    ]);
    const late = postTransfers(system, [
      {
        ...facts,
        id: newId('tr'),
        kind: 'post',
        code: 'usage',
        debit: `cash:${tenantOf(other)}`,
        credit: 'revenue:late',
        amountMicros: 1n,
      },
      { ...facts, id: newId('tr'), kind: 'void', code: 'usage', holdId },
    ]);
    const outcome = late.then(
      () => 'booked',
      (error: Problem) => error.code,
    );
    await untilWaiting(database);
    const hold = { holdId, tenantId: tenantOf(ctx), amountMicros: 30n, expiresAt: new Date('2100-01-01') };
    await placeHold(system, { ...hold, reason: 'test' });
    await captureHold(system, {
      ...facts,
      transferId: newId('tr'),
      holdId,
      amountMicros: 30n,
      to: 'revenue:test',
    });
    await blocker.query('commit');
    expect(await outcome).toBe('wallet.hold_not_found');
  } finally {
    blocker.release();
  }
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 70n, heldMicros: 0n });
  expect(await walletBalance(other)).toMatchObject({ balanceMicros: 10n });
  expect(await checkLedger(system)).toMatchObject({ sumMicros: 0n, mismatches: [] });
});
