import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatMicros,
  microsPerCent,
  microsPerYuan,
  microsSchema,
  minMicros,
  positiveMicrosSchema,
  priceMicros,
  shareMicros,
  splitCents,
} from './money.ts';

const line = fc.record({
  quantity: fc.nat(2_000_000),
  price: fc.record({
    micros: fc.bigInt({ min: 0n, max: 50_000_000n }),
    perUnits: fc.constantFrom(1n, 1n, 3n, 1000n, 1_000_000n, 1_000_000n),
  }),
});

test('L8 the price of several quantities is their exact sum, rounded up once, and each share is what its line adds to it', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      // Every unit divides this one, so the exact sum is a whole number of it.
      const unit = 3_000_000n;
      const exact = (part: typeof lines) =>
        part.reduce(
          (sum, { quantity, price }) => sum + (BigInt(quantity) * price.micros * unit) / price.perUnits,
          0n,
        );
      const rounded = (part: typeof lines) => exact(part) / unit + (exact(part) % unit === 0n ? 0n : 1n);
      expect(priceMicros(lines)).toBe(rounded(lines));
      expect(shareMicros(lines)).toEqual(
        lines.map((_, index) => rounded(lines.slice(0, index + 1)) - rounded(lines.slice(0, index))),
      );
    }),
  );
});

test('an amount is split into whole cents and a rest below one cent', () => {
  expect(splitCents(0n)).toEqual({ centsMicros: 0n, restMicros: 0n });
  expect(splitCents(9_999n)).toEqual({ centsMicros: 0n, restMicros: 9_999n });
  expect(splitCents(12_345_678n)).toEqual({ centsMicros: 12_340_000n, restMicros: 5_678n });
  expect(100n * microsPerCent).toBe(microsPerYuan);
});

test('an amount is written with its sign and all six decimals', () => {
  expect(formatMicros(12_345_678n)).toBe('12.345678');
  expect(formatMicros(microsPerYuan)).toBe('1.000000');
  expect([0n, 1n, -1n, -12_345_678n, 2n ** 60n].map(formatMicros)).toEqual([
    '0.000000',
    '0.000001',
    '-0.000001',
    '-12.345678',
    '1152921504606.846976',
  ]);
});

test('money at the edge is a JSON integer up to 2^53 - 1; a greater one fails instead of losing a micro-yuan', () => {
  const largest = Number.MAX_SAFE_INTEGER;
  for (const schema of [microsSchema, positiveMicrosSchema]) {
    expect(schema.decode(largest)).toBe(BigInt(largest));
    expect(schema.encode(BigInt(largest))).toBe(largest);
    expect(() => schema.encode(BigInt(largest) + 1n)).toThrow('does not fit');
    for (const wrong of [largest + 1, 0.5]) expect(schema.safeDecode(wrong).success).toBe(false);
  }
  expect(microsSchema.decode(-3)).toBe(-3n);
  expect(microsSchema.encode(-3n)).toBe(-3);
  expect([0, -1, 1].map((value) => positiveMicrosSchema.safeDecode(value).success)).toEqual([
    false,
    false,
    true,
  ]);
});

test('of two amounts the smaller is the smaller, in either order', () => {
  expect([minMicros(-1n, 2n), minMicros(2n, -1n), minMicros(2n, 2n)]).toEqual([-1n, -1n, 2n]);
});
