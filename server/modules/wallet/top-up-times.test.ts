import { expect, onTestFinished } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { createLog } from '../../kernel/log.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { testConfig } from '../../testing/test-config.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { actsOn } from './audited.fixture.ts';
import { checkTopUp, nextCheckAt } from './check-top-up.ts';
import type { PaymentFacts } from './channels/channel.ts';
import { cancelTopUp } from './cancel-top-up.ts';
import { createTopUp, topUpLimits } from './create-top-up.ts';
import { getTopUp, listTopUps } from './list-top-ups.ts';
import { reviewClosing } from './review-closing.ts';
import { settleTopUp } from './settle-top-up.ts';
import { openTopUpDesk, type TopUpDesk } from './top-up-desk.ts';

const lifetimeMs = 1_800_000;
const desk = openTopUpDesk(testConfig, () => 'http://127.0.0.1/');

async function order(ctx: Ctx) {
  const wanted = { channel: 'sandbox', amountMicros: 10_000_000n, idempotencyKey: newId('req') };
  return (await createTopUp(ctx, desk, wanted)).topUp;
}

/** When the queue is to ask the channel about a top-up, in milliseconds after its order. */
async function checksOf({ admin }: Database, { id, createdAt }: Awaited<ReturnType<typeof order>>) {
  const { rows } = await admin.query<{ at: Date }>(
    `select run_at as at from graphile_worker._private_jobs where payload->>'topUpId' = $1 order by id`,
    [id],
  );
  return rows.map(({ at }) => new Date(at).getTime() - createdAt.getTime());
}

const paid = (topUpId: string, changes: Partial<PaymentFacts> = {}): PaymentFacts => ({
  topUpId,
  state: 'paid',
  tradeNumber: `TRADE ${topUpId}`,
  amountMicros: 10_000_000n,
  currency: 'CNY',
  ...changes,
});

test('a channel is asked about an undecided top-up after ten seconds, one minute, five minutes and at its end', () => {
  const ordered = new Date('2026-11-02T03:00:00Z');
  const after = (ms: number) => new Date(ordered.getTime() + ms);
  const next = (ms: number) => nextCheckAt(ordered, after(ms)).getTime() - ordered.getTime();
  expect([0, 9_999, 10_000, 59_999, 60_000, 299_999, 300_000, lifetimeMs, lifetimeMs + 1].map(next)).toEqual([
    10_000,
    10_000,
    60_000,
    60_000,
    300_000,
    300_000,
    lifetimeMs,
    lifetimeMs,
    lifetimeMs,
  ]);
});

test('each look at a waiting top-up orders the next one, and at its end it fails once', async ({
  ctx,
  clock,
  database,
}) => {
  const topUp = await order(ctx);
  const look = () => checkTopUp(asSystem(ctx, 'test'), desk, topUp.id);
  expect(await checksOf(database, topUp)).toEqual([10_000]);
  clock.advanceMs(10_000);
  await look();
  clock.advanceMs(lifetimeMs - 10_001);
  await look();
  expect(await checksOf(database, topUp)).toEqual([10_000, 60_000, lifetimeMs]);
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toMatchObject({ status: 'pending' });
  clock.advanceMs(1);
  await look();
  await look();
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toMatchObject({
    status: 'failed',
    failureReason: 'expired',
  });
  expect(await checksOf(database, topUp)).toHaveLength(3);
  expect(await actsOn(database, topUp.id)).toEqual([
    'wallet.top_up_ordered',
    'wallet.top_up_failed {"reason": "expired"}',
  ]);
  await checkTopUp(asSystem(ctx, 'test'), desk, 'topup_00000000000000000000000000');
});

test('a payment is late after the last instant of its top-up, whether that has failed or not, and the log says so', async ({
  ctx,
  clock,
  database,
}) => {
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const system = { ...asSystem(ctx, 'test'), log };
  const [inTime, late, failed] = [await order(ctx), await order(ctx), await order(ctx)];
  clock.advanceMs(lifetimeMs);
  await settleTopUp(system, 'sandbox', paid(inTime.id));
  expect(logged).toEqual([]);
  await settleTopUp(system, 'sandbox', paid(failed.id, { state: 'closed' }));
  await settleTopUp(system, 'sandbox', paid(failed.id));
  clock.advanceMs(1);
  await settleTopUp(system, 'sandbox', paid(late.id));
  const isLate = async ({ id }: { id: string }) => (await getTopUp(ctx, { topUpId: id })).isLate;
  expect([await isLate(inTime), await isLate(failed), await isLate(late)]).toEqual([false, true, true]);
  expect(logged.map((line) => (JSON.parse(line) as { topUpId: string }).topUpId)).toEqual([
    failed.id,
    late.id,
  ]);
  expect(await actsOn(database, failed.id)).toEqual([
    'wallet.top_up_ordered',
    'wallet.top_up_failed {"reason": "cancelled"}',
    'wallet.top_up_paid {"isLate": true, "channel": "sandbox"}',
  ]);
});

test('what a channel says of a payment that waits, or that was closed after another was paid, changes nothing', async ({
  ctx,
  database,
}) => {
  const system = asSystem(ctx, 'test');
  const topUp = await order(ctx);
  await settleTopUp(system, 'sandbox', paid(topUp.id, { state: 'waiting' }));
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toMatchObject({ status: 'pending', tradeNumber: null });
  await settleTopUp(system, 'sandbox', paid(topUp.id));
  const before = await getTopUp(ctx, { topUpId: topUp.id });
  expect(before).toMatchObject({ status: 'paid', isLate: false });
  await settleTopUp(system, 'sandbox', paid(topUp.id, { state: 'closed', tradeNumber: 'OTHER' }));
  await settleTopUp(system, 'sandbox', paid(topUp.id));
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toEqual(before);
  expect(await actsOn(database, topUp.id)).toHaveLength(2);
});

test('a payment that does not match is logged with its reason, and an order is of its own channel', async ({
  ctx,
}) => {
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const topUp = await order(ctx);
  await expect(settleTopUp({ ...asSystem(ctx, 'test'), log }, 'other', paid(topUp.id))).rejects.toMatchObject(
    { code: 'wallet.notification_mismatch', fields: { reason: 'unknown_order' } },
  );
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { channel: 'other', reason: 'unknown_order' },
  ]);
});

test('what the database cannot do is thrown as it is, and is no mismatch', async ({ ctx, database }) => {
  const topUp = await order(ctx);
  await database.admin.query(`
    create function wallet.refuse_this() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$;
    create trigger refuse_this before update on wallet.top_ups for each row
      when (new.id = '${topUp.id}') execute function wallet.refuse_this();`);
  onTestFinished(async () => {
    await database.admin.query('drop function wallet.refuse_this cascade');
  });
  const settled = settleTopUp(asSystem(ctx, 'test'), 'sandbox', paid(topUp.id));
  await expect(settled).rejects.toMatchObject({ cause: { message: 'disk full' } });
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toMatchObject({ status: 'pending' });
});

test('an order that is sent again is answered with its own cashier page, without asking the channel again', async ({
  ctx,
}) => {
  const asked: string[] = [];
  const counting: TopUpDesk = {
    ...desk,
    channel(name) {
      const channel = desk.channel(name);
      return {
        ...channel,
        createPayment(ctx, wanted) {
          asked.push(wanted.topUpId);
          return channel.createPayment(ctx, wanted);
        },
      };
    },
  };
  const keys = [newId('req'), newId('req')];
  const send = (idempotencyKey: string) =>
    createTopUp(ctx, counting, { channel: 'sandbox', amountMicros: 10_000_000n, idempotencyKey });
  const first = [];
  for (const key of keys) first.push(await send(key));
  const again = [];
  for (const key of keys) again.push(await send(key));
  expect(again.map(({ redirectUrl }) => redirectUrl)).toEqual(first.map(({ redirectUrl }) => redirectUrl));
  expect(again.map(({ topUp }) => topUp.id)).toEqual(first.map(({ topUp }) => topUp.id));
  expect(new Set(first.map(({ redirectUrl }) => redirectUrl)).size).toBe(2);
  expect(asked).toEqual(first.map(({ topUp }) => topUp.id));
});

test('top-ups are listed page by page, newest first, also of one state only, and only to their account', async ({
  ctx,
  clock,
}) => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    clock.advanceMs(1);
    ids.unshift((await order(ctx)).id);
  }
  await settleTopUp(asSystem(ctx, 'test'), 'sandbox', paid(ids[1] ?? ''));
  const page = async (query: object) => {
    const { items, nextCursor } = await listTopUps(ctx, { limit: 2, ...query });
    return [items.map(({ id }) => ids.indexOf(id)), nextCursor === null ? null : ids.indexOf(nextCursor)];
  };
  expect(await page({})).toEqual([[0, 1], 1]);
  expect(await page({ cursor: ids[1] })).toEqual([[2], null]);
  expect(await page({ status: 'pending' })).toEqual([[0, 2], null]);
  expect(await page({ status: 'paid' })).toEqual([[1], null]);
  const stranger: Ctx = { ...ctx, tenantId: newTimelessId('tenant') };
  expect((await listTopUps(stranger, { limit: 2 })).items).toEqual([]);
  await expect(getTopUp(stranger, { topUpId: ids[0] ?? '' })).rejects.toMatchObject({
    code: 'wallet.top_up_not_found',
  });
});

test('what an account holds and owes is shown before it is closed, and a top-up that can still be paid keeps it open', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  const userId = newTimelessId('user');
  const review = (tenantId = ctx.tenantId) => reviewClosing(system, { userId, tenantId });
  await fundWallet(ctx, 7n);
  const topUp = await order(ctx);
  const open = { balanceMicros: 7n, owedMicros: 0n, blocks: ['open-top-up'] };
  clock.advanceMs(lifetimeMs - 1);
  expect(await review()).toEqual(open);
  const stranger = newTimelessId('tenant');
  expect(await review(stranger)).toEqual({ balanceMicros: 0n, owedMicros: 0n, blocks: [] });
  clock.advanceMs(1);
  expect(await review()).toEqual({ ...open, blocks: [] });
  clock.set(topUp.createdAt);
  expect(await review()).toEqual(open);
  await settleTopUp(system, 'sandbox', paid(topUp.id));
  expect(await review()).toEqual({ balanceMicros: 10_000_007n, owedMicros: 0n, blocks: [] });
  expect(await review(null)).toEqual({});
});

test('a top-up that its channel does not know can be cancelled, and the act says so', async ({
  ctx,
  database,
}) => {
  const topUp = await order(ctx);
  await database.admin.query('delete from wallet.sandbox_payments where merchant_order_id = $1', [topUp.id]);
  const refused = { code: 'wallet.top_up_not_found' };
  const stranger: Ctx = { ...ctx, tenantId: newTimelessId('tenant') };
  await expect(cancelTopUp(stranger, desk, { topUpId: topUp.id })).rejects.toMatchObject(refused);
  await checkTopUp(asSystem(ctx, 'test'), desk, topUp.id);
  await cancelTopUp(ctx, desk, { topUpId: topUp.id });
  // One that ended says nothing about the next.
  const next = await order(ctx);
  await cancelTopUp(ctx, desk, { topUpId: next.id });
  expect(await getTopUp(ctx, { topUpId: next.id })).toMatchObject({ status: 'failed' });
  expect(await getTopUp(ctx, { topUpId: topUp.id })).toMatchObject({
    status: 'failed',
    failureReason: 'cancelled',
  });
  expect(await actsOn(database, topUp.id)).toEqual([
    'wallet.top_up_ordered',
    expect.stringContaining('wallet.top_up_failed'),
  ]);
});

test('D-WAL-2 a top-up is of at most a million yuan, and what a form shows is what is taken', async ({
  ctx,
}) => {
  const wish = (amountMicros: bigint) =>
    createTopUp(ctx, desk, { channel: 'sandbox', amountMicros, idempotencyKey: newId('req') });
  const { minMicros, maxMicros, stepMicros } = topUpLimits;
  expect([minMicros, maxMicros, stepMicros]).toEqual([10_000n, 1_000_000_000_000n, 10_000n]);
  expect((await wish(maxMicros)).topUp.amountMicros).toBe(maxMicros);
  await expect(wish(maxMicros + stepMicros)).rejects.toMatchObject({ code: 'kernel.invalid_input' });
});
