import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { test } from '../../testing/test.ts';
import { captureHold, chargeUsage, checkLedger, clearingAccount, expireHolds, extendHoldExpiry, placeHold, postTransfers, voidHold, walletBalance } from './index.ts';

async function fund(ctx: Ctx, amountMicros: bigint): Promise<void> {
  const id = newId('topUp');
  await postTransfers(asSystem(ctx, 'test'), [
    { id, kind: 'post', code: 'top_up', debit: clearingAccount('test'), credit: `cash:${ctx.tenantId}`, amountMicros, refType: 'top_up', refId: id },
  ]);
}

test('a hold that is never settled gives the money back', async ({ ctx, clock }) => {
  await fund(ctx, 10n);
  const system = asSystem(ctx, 'test');
  const hold = { holdId: newId('lease'), tenantId: ctx.tenantId ?? '', amountMicros: 8n, expiresAt: new Date(clock.now().getTime() + 1000), reason: 'model_lease' };
  expect(await placeHold(system, hold)).toBe('created');
  expect(await placeHold(system, hold)).toBe('exists');
  expect((await walletBalance(ctx)).availableMicros).toBe(2n);
  expect(await captureHold(system, { transferId: newId('transfer'), holdId: hold.holdId, amountMicros: 3n, to: 'revenue:models', refType: 'x', refId: 'x' })).toBe('created');
  clock.advanceMs(2000);
  expect(await expireHolds(system)).toEqual({ expired: 1 });
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 7n, heldMicros: 0n, availableMicros: 7n });
  const check = await checkLedger(system);
  expect(check.sumMicros).toBe(0n);
  expect(check.mismatches).toEqual([]);
});
