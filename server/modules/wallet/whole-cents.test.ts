import { expect, test } from 'vitest';
import { requireWholeCents } from './whole-cents.ts';

test('D-WAL-2 an amount from outside is whole cents, above zero and at most the largest that is taken', () => {
  const largestMicros = 30_000n;
  for (const amountMicros of [10_000n, largestMicros])
    expect(() => requireWholeCents(amountMicros, largestMicros)).not.toThrow();
  for (const [amountMicros, message] of [
    [0n, 'must be above zero'],
    [-10_000n, 'must be above zero'],
    [10_001n, 'must be whole cents'],
    [1n, 'must be whole cents'],
    [40_000n, 'is too large'],
  ] as const)
    expect(() => requireWholeCents(amountMicros, largestMicros)).toThrow(
      expect.objectContaining({
        code: 'kernel.invalid_input',
        fields: { issues: [{ path: 'body.amountMicros', message }] },
      }),
    );
});
