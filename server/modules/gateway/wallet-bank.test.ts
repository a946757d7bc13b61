import { expect } from 'vitest';
import { asSystem, tenantOf } from '../../kernel/context.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import { walletBank } from './wallet-bank.ts';

test('a loan that the wallet does not cover is none, and what else goes wrong is thrown', async ({ ctx }) => {
  await fundWallet(ctx, 1_000_000n);
  const bank = walletBank(asSystem(ctx, 'test'));
  expect(await bank.lend(tenantOf(ctx), 1_000_001n)).toBeNull();
  const lease = await bank.lend(tenantOf(ctx), 1_000_000n);
  expect(lease).toMatch(/^lease_/);
  expect(await bank.availableMicros(tenantOf(ctx))).toBe(0n);
  await expect(walletBank(ctx).lend(tenantOf(ctx), 1n)).rejects.toMatchObject({ code: 'kernel.forbidden' });
});
