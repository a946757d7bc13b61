import { z } from 'zod';

/** Every place that takes the id of a model takes ids of this length, and so does an address (`maxParamLength`). */
export const longestModelId = 200;
/** Customers copy it into programs, so it is plain: what looks the same is the same, but for case. */
export const modelIdSchema = z
  .string()
  .min(1)
  .max(longestModelId)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** What a price is for, and usage and bills name. The only things sold are models. */
export const skuSchema = modelIdSchema.describe('the name of what is sold: of a model');

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
