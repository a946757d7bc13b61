import fc from 'fast-check';
import { expect } from 'vitest';
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { chargeUsage, checkLedger, placeHold, type UsageCharge, voidHold, walletBalance } from './index.ts';
import { creditCash } from './credit-cash.ts';
import { inSettlement } from './retry.ts';
import { undoCredit } from './undo-credit.ts';

async function hold(ctx: Ctx, amountMicros: bigint): Promise<string> {
  const holdId = newId('lease');
  await placeHold(asSystem(ctx, 'test'), {
    holdId,
    tenantId: tenantOf(ctx),
    amountMicros,
    expiresAt: new Date('2100-01-01'),
    reason: 'test',
  });
  return holdId;
}

function charge(ctx: Ctx, amountMicros: bigint, holdId: string | null): UsageCharge {
  return {
    chargeId: newId('tr'),
    tenantId: tenantOf(ctx),
    holdId,
    amountMicros,
    to: 'revenue:test',
    refType: 'test',
    refId: 'x',
  };
}

test('delivered work is taken from the hold, then from free cash, and the rest is owed', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 100n);
  const holdId = await hold(ctx, 30n);
  expect(await chargeUsage(system, [charge(ctx, 20n, holdId)])).toMatchObject([
    { outcome: 'created', owedMicros: 0n },
  ]);
  expect(await chargeUsage(system, [charge(ctx, 50n, holdId)])).toMatchObject([{ owedMicros: 0n }]);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 30n, heldMicros: 0n, owedMicros: 0n });
  expect(await chargeUsage(system, [charge(ctx, 45n, holdId)])).toMatchObject([{ owedMicros: 15n }]);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, availableMicros: 0n, owedMicros: 15n });
});

test('a hold that has ended does not lose the charge', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 100n);
  const holdId = await hold(ctx, 30n);
  await voidHold(system, { transferId: newId('tr'), holdId });
  await chargeUsage(system, [charge(ctx, 20n, holdId), charge(ctx, 5n, null)]);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 75n, heldMicros: 0n });
});

test('a charge that names the hold of another account takes nothing from it', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 100n);
  const holdId = await hold(ctx, 30n);
  const stranger: Ctx = { ...ctx, tenantId: newTimelessId('tenant') };
  await fundWallet(stranger, 12n);
  expect(await chargeUsage(system, [charge(stranger, 20n, holdId)])).toMatchObject([{ owedMicros: 8n }]);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 100n, heldMicros: 30n, owedMicros: 0n });
  expect(await walletBalance(stranger)).toMatchObject({ balanceMicros: 0n, owedMicros: 8n });
});

test('the same charge sent again, also at once, is booked once; with any other content it is refused', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 10n);
  const once = charge(ctx, 25n, await hold(ctx, 5n));
  const results = await Promise.all(Array.from({ length: 6 }, () => chargeUsage(system, [once])));
  expect(results.flat().filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  expect(results.flat().every(({ owedMicros }) => owedMicros === 15n)).toBe(true);
  for (const other of [
    { amountMicros: 26n },
    { tenantId: newTimelessId('tenant') },
    { to: 'revenue:other' },
    { refType: 'other' },
    { refId: 'y' },
  ])
    await expect(
      chargeUsage(system, [{ ...once, ...other }]),
      Object.keys(other).join(),
    ).rejects.toMatchObject({ code: 'wallet.transfer_differs', fields: { transferId: once.chargeId } });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, owedMicros: 15n });
});

test('a charge of one micro-yuan is booked whole, from the hold, from cash or as debt, and repeated it is booked once', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 2n);
  const charges = [charge(ctx, 1n, await hold(ctx, 1n)), charge(ctx, 1n, null), charge(ctx, 1n, null)];
  for (const outcome of ['created', 'exists'])
    for (const [index, one] of charges.entries())
      expect(await chargeUsage(system, [one])).toEqual([
        { chargeId: one.chargeId, outcome, owedMicros: index === 2 ? 1n : 0n },
      ]);
  expect(await walletBalance(ctx)).toEqual({
    balanceMicros: 0n,
    heldMicros: 0n,
    availableMicros: 0n,
    owedMicros: 1n,
  });
  expect(await chargeUsage(system, [])).toEqual([]);
});

function credit(ctx: Ctx, amountMicros: bigint, id = newId('topup')): Promise<void> {
  const what = { id, tenantId: tenantOf(ctx), amountMicros };
  return inSettlement(asSystem(ctx, 'test'), (ctx) =>
    creditCash(ctx, { ...what, from: 'clearing:test', refType: 'top_up' }),
  );
}

/** Answers what became debt. */
function undo(ctx: Ctx, amountMicros: bigint): Promise<bigint> {
  const what = { id: newId('bank'), tenantId: tenantOf(ctx), amountMicros };
  return inSettlement(asSystem(ctx, 'test'), (ctx) =>
    undoCredit(ctx, { ...what, channel: 'test', refType: 'bank_transfer' }),
  );
}

test('the next top-up pays what is owed first, and repeated it is credited once', async ({ ctx }) => {
  await chargeUsage(asSystem(ctx, 'test'), [charge(ctx, 15n, null)]);
  await credit(ctx, 10n);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, owedMicros: 5n });
  const id = newId('topup');
  for (let time = 0; time < 2; time += 1) {
    await credit(ctx, 12n, id);
    expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 7n, owedMicros: 0n });
  }
  await chargeUsage(asSystem(ctx, 'test'), [charge(ctx, 8n, null)]);
  await credit(ctx, 1n);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, owedMicros: 0n });
});

test('a credit that is taken back comes from free money first, to the last micro-yuan, and the rest is owed', async ({
  ctx,
}) => {
  await credit(ctx, 10n);
  await hold(ctx, 2n);
  await chargeUsage(asSystem(ctx, 'test'), [charge(ctx, 3n, null)]);
  expect(await undo(ctx, 4n)).toBe(0n);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 3n, heldMicros: 2n, owedMicros: 0n });
  expect(await undo(ctx, 5n)).toBe(4n);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 2n, availableMicros: 0n, owedMicros: 4n });
  expect(await undo(ctx, 1n)).toBe(1n);
  expect(await checkLedger(asSystem(ctx, 'test'))).toMatchObject({ sumMicros: 0n, mismatches: [] });
});

test('L1 L2 L3 whatever is held and charged, all of it is booked and nothing is overdrawn', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const amount = fc.bigInt({ min: 1n, max: 50n });
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: 1n, max: 100n }),
      amount,
      fc.array(amount, { minLength: 1, maxLength: 12 }),
      async (funds, held, amounts) => {
        const own = { ...ctx, tenantId: newTimelessId('tenant') };
        await fundWallet(own, funds);
        const holdId = held <= funds ? await hold(own, held) : null;
        await Promise.all(
          amounts.map((micros, index) =>
            chargeUsage(system, [charge(own, micros, index % 3 === 0 ? null : holdId)]),
          ),
        );
        const { balanceMicros, owedMicros, availableMicros } = await walletBalance(own);
        expect(balanceMicros - owedMicros).toBe(funds - amounts.reduce((sum, micros) => sum + micros, 0n));
        expect(availableMicros >= 0n).toBe(true);
      },
    ),
    { numRuns: 15 },
  );
  expect(await checkLedger(system)).toMatchObject({ sumMicros: 0n, mismatches: [] });
});
