import { z } from 'zod';

/** ¥1000 a token: far above any price, far below where numbers stop being exact. */
const largestAmount = 1_000_000_000_000_000;
const largestUnits = 1_000_000_000;

/** Numerator of a unit price at the edge: a JSON integer of micro-yuan, zero for what is free. */
export const priceAmountSchema = z
  .codec(z.int().nonnegative().max(largestAmount), z.bigint(), {
    decode: (value) => BigInt(value),
    encode: Number,
  })
  .meta({ type: 'integer', minimum: 0, description: 'micro-yuan per so many units' });

/** Denominator of a unit price at the edge. */
export const priceUnitsSchema = z
  .codec(z.int().positive().max(largestUnits), z.bigint(), {
    decode: (value) => BigInt(value),
    encode: Number,
  })
  .meta({ type: 'integer', minimum: 1, description: 'units the micro-yuan are for' });
