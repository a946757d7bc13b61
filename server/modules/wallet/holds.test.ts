import { expect, vi } from 'vitest';
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { type Database, test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import {
  captureHold,
  checkLedger,
  expireHolds,
  extendHoldExpiry,
  placeHold,
  postTransfers,
  type Transfer,
  voidHold,
  walletBalance,
} from './index.ts';
import { expireHoldsJob } from './jobs.ts';

const inMs = (ctx: Ctx, ms: number) => new Date(ctx.clock.now().getTime() + ms);

async function place(ctx: Ctx, amountMicros: bigint, lifetimeMs = 1000): Promise<string> {
  const holdId = newId('lease');
  await placeHold(asSystem(ctx, 'test'), {
    holdId,
    tenantId: tenantOf(ctx),
    amountMicros,
    expiresAt: inMs(ctx, lifetimeMs),
    reason: 'model_lease',
  });
  return holdId;
}

async function capture(ctx: Ctx, holdId: string, amountMicros: bigint, transferId = newId('tr')) {
  return captureHold(asSystem(ctx, 'test'), {
    transferId,
    holdId,
    amountMicros,
    to: 'revenue:test',
    refType: 'test',
    refId: 'x',
  });
}

const captureOf = (holdId: string): Transfer => ({
  id: newId('tr'),
  kind: 'capture',
  code: 'usage',
  holdId,
  credit: 'revenue:test',
  amountMicros: 1n,
  refType: 'test',
  refId: 'x',
});

/** Resolves when so many transactions wait for a row that another has locked. */
async function untilWaiting({ admin }: Database, transactions: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rowCount).toBe(transactions);
  }, 30_000);
}

test('a hold that is never settled gives the money back', async ({ ctx, clock }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const holdId = await place(ctx, 8n);
  expect((await walletBalance(ctx)).availableMicros).toBe(2n);
  await capture(ctx, holdId, 3n);
  clock.advanceMs(999);
  await expireHolds(system);
  expect((await walletBalance(ctx)).heldMicros).toBe(5n);
  clock.advanceMs(1);
  await expireHoldsJob.run(system, {});
  expect(await expireHolds(system)).toEqual({ expired: 0 });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 7n, heldMicros: 0n, availableMicros: 7n });
  expect(await checkLedger(system)).toMatchObject({ sumMicros: 0n, mismatches: [] });
});

test('inside a settlement the balance is what the settlement has booked so far', async ({ ctx }) => {
  const system = asSystem(ctx, 'test', tenantOf(ctx));
  await fundWallet(ctx, 10n);
  const holdId = await place(ctx, 8n);
  const balance = await inTransaction(system, 'settlement', async (ctx) => {
    await postTransfers(ctx, [captureOf(holdId)]);
    return walletBalance(ctx);
  });
  expect(balance).toEqual({ balanceMicros: 9n, heldMicros: 7n, availableMicros: 2n, owedMicros: 0n });
});

test('a hold reserves: what is held cannot be held again, and the answer says what is there', async ({
  ctx,
}) => {
  await fundWallet(ctx, 10n);
  await place(ctx, 8n);
  await expect(place(ctx, 3n)).rejects.toMatchObject({
    code: 'wallet.insufficient_balance',
    fields: { availableMicros: '2', neededMicros: '3' },
  });
  await expect(place({ ...ctx, tenantId: newTimelessId('tenant') }, 1n)).rejects.toMatchObject({
    code: 'wallet.insufficient_balance',
  });
});

test('the same hold asked for twice is placed once, and captured twice under one id is captured once', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const hold = {
    holdId: newId('lease'),
    tenantId: tenantOf(ctx),
    amountMicros: 8n,
    expiresAt: inMs(ctx, 1000),
    reason: 'model_lease',
  };
  expect(
    await Promise.all([placeHold(system, hold), placeHold(system, { ...hold, expiresAt: inMs(ctx, 5000) })]),
  ).toContain('exists');
  const transferId = newId('tr');
  expect(await capture(ctx, hold.holdId, 2n, transferId)).toBe('created');
  expect(await capture(ctx, hold.holdId, 2n, transferId)).toBe('exists');
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 8n, heldMicros: 6n });
});

test('parts of a hold can be captured until it is used up, not more and not after its end', async ({
  ctx,
}) => {
  await fundWallet(ctx, 10n);
  const holdId = await place(ctx, 8n);
  await capture(ctx, holdId, 5n);
  await expect(capture(ctx, holdId, 4n)).rejects.toMatchObject({
    code: 'wallet.hold_exceeded',
    fields: { leftMicros: '3', neededMicros: '4' },
  });
  await capture(ctx, holdId, 3n);
  await voidHold(asSystem(ctx, 'test'), { transferId: newId('tr'), holdId });
  await expect(capture(ctx, holdId, 1n)).rejects.toMatchObject({ code: 'wallet.hold_resolved' });
  await expect(voidHold(asSystem(ctx, 'test'), { transferId: newId('tr'), holdId })).rejects.toMatchObject({
    code: 'wallet.hold_resolved',
  });
  await expect(capture(ctx, 'lease_none', 1n)).rejects.toMatchObject({ code: 'wallet.hold_not_found' });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 2n, heldMicros: 0n });
});

test('an extended hold outlives its first end; extending never shortens and tells which have ended', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const [kept, ended, unnamed] = [await place(ctx, 2n), await place(ctx, 2n), await place(ctx, 3n)];
  await voidHold(system, { transferId: newId('tr'), holdId: ended });
  expect(await extendHoldExpiry(system, { holdIds: [kept, ended], expiresAt: inMs(ctx, 5000) })).toEqual(
    new Set([kept]),
  );
  await extendHoldExpiry(system, { holdIds: [kept], expiresAt: inMs(ctx, 10) });
  expect((await walletBalance(ctx)).heldMicros).toBe(5n);
  clock.advanceMs(1000);
  await expireHolds(system);
  expect((await walletBalance(ctx)).heldMicros, `${unnamed} was not named`).toBe(2n);
  clock.advanceMs(3999);
  await expireHolds(system);
  expect((await walletBalance(ctx)).heldMicros).toBe(2n);
  clock.advanceMs(1);
  await expireHolds(system);
  expect((await walletBalance(ctx)).heldMicros).toBe(0n);
});

test('extending, capturing and expiring at once never deadlock and never lose money', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 1000n);
  const holdIds = await Promise.all(Array.from({ length: 12 }, () => place(ctx, 10n)));
  clock.advanceMs(1000);
  const [first, second] = await Promise.allSettled([
    expireHolds(system),
    expireHolds(system),
    ...holdIds.map((holdId) => capture(ctx, holdId, 1n)),
    extendHoldExpiry(system, { holdIds, expiresAt: inMs(ctx, 1000) }),
    extendHoldExpiry(system, { holdIds: holdIds.toReversed(), expiresAt: inMs(ctx, 1000) }),
  ]);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(await checkLedger(system)).toMatchObject({ sumMicros: 0n, mismatches: [] });
  clock.advanceMs(10_000);
  await expireHolds(system);
  expect((await walletBalance(ctx)).heldMicros).toBe(0n);
});

test('a booking of several holds and an extension of the same ones never wait for each other: neither is run again', async ({
  ctx,
  database,
}) => {
  await fundWallet(ctx, 100n);
  for (const order of [
    ['booking', 'extension'],
    ['extension', 'booking'],
  ] as const) {
    const system = asSystem(ctx, 'test');
    const [low = '', high = ''] = [newId('lease'), newId('lease')].sort();
    const holdIds = [high, low];
    const hold = { tenantId: tenantOf(ctx), amountMicros: 5n, expiresAt: inMs(ctx, 1000), reason: 'test' };
    for (const holdId of holdIds) await placeHold(system, { ...hold, holdId });
    const runs: string[] = [];
    const works = {
      booking: (ctx: Ctx) => postTransfers(ctx, holdIds.map(captureOf)),
      extension: (ctx: Ctx) => extendHoldExpiry(ctx, { holdIds, expiresAt: inMs(ctx, 5000) }),
    };
    const run = (name: keyof typeof works) =>
      inTransaction<unknown>(system, 'settlement', (ctx) => {
        runs.push(name);
        return works[name](ctx);
      });
    const blocker = await database.admin.connect();
    try {
      await blocker.query('begin');
      await blocker.query('select 1 from wallet.holds where id = $1 for update', [low]);
      const running: Promise<unknown>[] = [];
      for (const name of order) {
        running.push(run(name));
        await untilWaiting(database, running.length);
      }
      await blocker.query('commit');
      await Promise.all(running);
    } finally {
      blocker.release();
    }
    expect(runs).toEqual(order);
  }
});

test('however many holds are due, one run gives all of them back, and leaves those that are not due', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  for (const lifetimeMs of [1, 2, 3, 4, 5, 7]) await place(ctx, 1n, lifetimeMs);
  // The instant of the end belongs to it.
  const late = { ...system, clock: { now: () => inMs(ctx, 5) } };
  expect(await expireHolds(late, { holdsPerRead: 2 })).toEqual({ expired: 5 });
  expect((await walletBalance(ctx)).heldMicros).toBe(1n);
  await place(ctx, 1n, 1);
  await place(ctx, 1n, 2);
  expect(await expireHolds(late, { holdsPerRead: 2 })).toEqual({ expired: 2 });
  clock.advanceMs(7);
  expect(await expireHolds(system)).toEqual({ expired: 1 });
});

test('a hold that was extended after it was listed is left alone, and the run ends although it could end none', async ({
  ctx,
  clock,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  await place(ctx, 1n, 1000);
  // Later when the holds are listed than when each is looked at: as if both had been extended in between.
  const instants = [inMs(ctx, 1000)];
  const hurried = { ...system, clock: { now: () => instants.pop() ?? inMs(ctx, 999) } };
  expect(await expireHolds(hurried, { holdsPerRead: 1 })).toEqual({ expired: 0 });
  expect((await walletBalance(ctx)).heldMicros).toBe(1n);
  clock.advanceMs(1000);
  expect(await expireHolds(system)).toEqual({ expired: 1 });
});

test('only the system books: a person cannot place holds or post transfers', async ({ ctx }) => {
  await expect(
    placeHold(ctx, {
      holdId: 'x',
      tenantId: tenantOf(ctx),
      amountMicros: 1n,
      expiresAt: new Date(),
      reason: 'x',
    }),
  ).rejects.toMatchObject({ code: 'kernel.forbidden' });
});
