import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { createLog } from '../../kernel/log.ts';
import { newId } from '../../kernel/id.ts';
import { testConfig } from '../../testing/test-config.ts';
import { type Database, test } from '../../testing/test.ts';
import { actsOn } from './audited.fixture.ts';
import { checkTopUp, nextCheckAt } from './check-top-up.ts';
import type { PaymentFacts } from './channels/channel.ts';
import { createTopUp } from './create-top-up.ts';
import { getTopUp } from './list-top-ups.ts';
import { settleTopUp } from './settle-top-up.ts';
import { openTopUpDesk } from './top-up-desk.ts';

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
