import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatSignedYuan,
  formatYuan,
  microsToJson,
  maxMicros,
  parseYuan,
  priceMicros,
  priceOfUnits,
  sumMicros,
} from './money.ts';

describe('formatYuan', () => {
  test('shows cents always and smaller digits only where they mean something', () => {
    expect(formatYuan(0)).toBe('¥0.00');
    expect(formatYuan(12_000_000)).toBe('¥12.00');
    expect(formatYuan(12_345_600)).toBe('¥12.3456');
    expect(formatYuan(1)).toBe('¥0.000001');
  });

  test('groups thousands and keeps the sign before the currency', () => {
    expect(formatYuan(-1_234_567_890_000n)).toBe('−¥1,234,567.89');
    expect(formatYuan(9_007_199_254_740_991n)).toBe('¥9,007,199,254.740991');
  });

  test('a fixed precision cuts and never rounds up', () => {
    expect(formatYuan(1_999_999, 2)).toBe('¥1.99');
    expect(formatYuan(53_961, 6)).toBe('¥0.053961');
    expect(formatYuan(12_000_000, 0)).toBe('¥12');
  });

  test('money that came in carries a plus', () => {
    expect(formatSignedYuan(5_000_000)).toBe('+¥5.00');
    expect(formatSignedYuan(-5_000_000)).toBe('−¥5.00');
    expect(formatSignedYuan(0)).toBe('¥0.00');
  });
});

describe('parseYuan', () => {
  test('reads what a person types, exactly', () => {
    expect(parseYuan('100')).toBe(100_000_000n);
    expect(parseYuan(' 1,000.5 ')).toBe(1_000_500_000n);
    expect(parseYuan('0.07')).toBe(70_000n);
    expect(parseYuan('0.000001', 6)).toBe(1n);
  });

  test('takes the largest amount the API can say, and no more', () => {
    expect(parseYuan('9007199254.740991', 6)).toBe(maxMicros);
    expect(parseYuan('9007199254.740992', 6)).toBeUndefined();
    expect(parseYuan('9,007,199,254.74')).toBe(9_007_199_254_740_000n);
    expect(parseYuan('9,007,199,254.75')).toBeUndefined();
  });

  test('refuses what is not an amount', () => {
    for (const text of [
      '',
      '-1',
      '1.234',
      '1e3',
      'abc',
      '1.',
      '.5',
      '٣',
      '99999999999',
      '1,5',
      '1,50',
      '12,34',
      '1,0000',
      ',100',
      '1,000,',
      '1000,000',
      '1.5,0',
      '１５',
    ]) {
      expect(parseYuan(text), text).toBeUndefined();
    }
  });
});

test('a comma is a separator of thousands or the amount is refused, never another amount', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{1,4}([,.][0-9]{1,4}){0,3}$/), (text) => {
      const micros = parseYuan(text);
      if (micros === undefined) return;
      const [whole = '', fraction = ''] = text.split('.');
      expect(whole).toMatch(/^(\d+|\d{1,3}(,\d{3})+)$/);
      expect(micros).toBe(BigInt(whole.replaceAll(',', '')) * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
    }),
  );
});

test('what is shown as an amount is read back as the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 999_999_999n), (cents) => {
      expect(parseYuan(formatYuan(cents * 10_000n).replace('¥', ''))).toBe(cents * 10_000n);
    }),
  );
});

describe('prices', () => {
  test('a request is never free by rounding and is rounded once', () => {
    const thousandth = { micros: 1, perUnits: 1_000 };
    expect(priceMicros([{ quantity: 1, price: thousandth }])).toBe(1n);
    expect(priceMicros([{ quantity: 0, price: thousandth }])).toBe(0n);
    expect(
      priceMicros([
        { quantity: 400, price: thousandth },
        { quantity: 600, price: thousandth },
      ]),
    ).toBe(1n);
    expect(priceMicros([{ quantity: 1_001, price: { micros: 2, perUnits: 1_000 } }])).toBe(3n);
  });

  test('a price is restated per million units', () => {
    expect(priceOfUnits({ micros: 4_000, perUnits: 1_000 }, 1_000_000)).toBe(4_000_000n);
    expect(priceOfUnits({ micros: 100_000, perUnits: 1_000_000 }, 1_000_000)).toBe(100_000n);
  });

  test('sums do not lose a micro', () => {
    expect(sumMicros([1, 9_007_199_254_740_990])).toBe(9_007_199_254_740_991n);
    expect(() => microsToJson(2n ** 53n)).toThrow(RangeError);
  });
});
