import { expect, vi } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { createLedgerWriter, postTransfers, type Transfer, walletBalance } from './index.ts';
import { inSettlement } from './retry.ts';

// Two transfers of one id on different accounts share no lock: the second to arrive learns of the first when it is booked.

const spend = (ctx: Ctx, id: string, credit: string): Transfer => ({
  id,
  kind: 'post',
  code: 'usage',
  debit: `cash:${ctx.tenantId}`,
  credit,
  amountMicros: 1n,
  refType: 'test',
  refId: 'x',
});

/** Resolves when a transaction waits for another to end. */
async function untilWaiting({ admin }: Database): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rowCount).toBe(1);
  }, 30_000);
}

/** Books a transfer while another of the same id on other accounts has been written and not yet committed. */
async function overtaken(
  ctx: Ctx,
  database: Database,
  post: (system: Ctx, group: Transfer[]) => Promise<unknown>,
): Promise<unknown> {
  const system = asSystem(ctx, 'test');
  const other = { ...ctx, tenantId: newTimelessId('tenant') };
  await fundWallet(ctx, 10n);
  await fundWallet(other, 10n);
  const id = newId('tr');
  const answer = await inTransaction(system, 'settlement', async (first) => {
    await postTransfers(first, [spend(other, id, 'revenue:first')]);
    const second = post(system, [spend(ctx, id, 'revenue:second')]).catch((error: unknown) => error);
    await untilWaiting(database);
    return { second };
  });
  const outcome = await answer.second;
  expect((await walletBalance(other)).balanceMicros).toBe(9n);
  expect((await walletBalance(ctx)).balanceMicros).toBe(10n);
  return outcome;
}

test('L4 of two transfers of one id at once on different accounts one is booked, and the other is refused because it differs', async ({
  ctx,
  database,
}) => {
  expect(await overtaken(ctx, database, postTransfers)).toMatchObject({ code: 'wallet.transfer_differs' });
});

test('L4 the writer refuses a group that was overtaken in the same way', async ({ ctx, database }) => {
  const post = (system: Ctx, group: Transfer[]) =>
    createLedgerWriter(system, { lingerMs: 0, retryPausesMs: [0] }).post(group);
  expect(await overtaken(ctx, database, post)).toMatchObject({ code: 'wallet.transfer_differs' });
});

test("inside a caller's transaction, which has failed with it, the overtaken booking is the caller's to repeat", async ({
  ctx,
  database,
}) => {
  const post = (system: Ctx, group: Transfer[]) =>
    inTransaction(system, 'settlement', (ctx) => postTransfers(ctx, group));
  expect(await overtaken(ctx, database, post)).toMatchObject({ constraint: 'transfers_pkey' });
});

test('a settlement that fails for any other reason is not repeated', async ({ ctx }) => {
  let runs = 0;
  const failing = inSettlement(asSystem(ctx, 'test'), () => {
    runs += 1;
    return Promise.reject(new Error('a mistake'));
  });
  await expect(failing).rejects.toThrow('a mistake');
  expect(runs).toBe(1);
});
