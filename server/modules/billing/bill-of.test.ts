import fc from 'fast-check';
import { expect } from 'vitest';
import { test } from '../../testing/test.ts';
import { billOf } from './settle-hours.ts';
import { at, sum } from './usage-rows.fixture.ts';

test('D-BIL-4 cash is whole cents, and what is below a cent is carried to the next row', ({ ctx }) => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 50_000n }), { maxLength: 50 }),
      fc.bigInt({ min: 0n, max: 9_999n }),
      (charges, carryBefore) => {
        const hour = {
          tenantId: 't',
          hour: at('2026-11-02T03:00:00Z'),
          sku: 'm',
          meter: 'gateway.output-tokens',
          priceVersionId: 'p',
          isLate: false,
          requests: 1,
          quantity: 1,
        };
        const { rows, carryMicros } = billOf(
          ctx.product.meters,
          charges.map((listMicros) => ({ ...hour, listMicros })),
          { from: at('2026-11-02T03:00:00Z'), until: at('2026-11-02T04:00:00Z') },
          carryBefore,
        );
        expect(
          rows.every(
            ({ cashMicros, carriedMicros }) =>
              cashMicros % 10_000n === 0n && carriedMicros >= 0n && carriedMicros < 10_000n,
          ),
        ).toBe(true);
        expect(sum(rows.map(({ cashMicros }) => cashMicros)) + carryMicros).toBe(
          sum(rows.map(({ listMicros }) => listMicros)) + carryBefore,
        );
        expect(rows.at(-1)?.carriedMicros ?? carryBefore).toBe(carryMicros);
      },
    ),
  );
});
