import { z } from 'zod';
import type { Ctx } from '../../kernel/context.ts';
import {
  completePrices,
  listModels,
  type MeterPrice,
  type MeterPrices,
  priceAmountSchema,
  priceUnitsSchema,
} from '../catalog/index.ts';

/** What a model costs at an upstream: a unit price per meter, a fraction as sales prices are. */
export const costsSchema = z
  .array(z.object({ meter: z.string().max(200), micros: priceAmountSchema, perUnits: priceUnitsSchema }))
  .max(100)
  .refine((all) => new Set(all.map(({ meter }) => meter)).size === all.length, 'must price each meter once');

export interface Margin {
  readonly meter: string;
  /** Null where the model has no price in force. */
  readonly price: MeterPrice | null;
  /** (price − cost) / price in hundredths of a percent, rounded down; null where nothing is asked for it. */
  readonly marginBasisPoints: number | null;
}

/** What is earned with each meter that has a cost. A loss is below zero. */
export function marginsOf(costs: readonly MeterPrice[], prices: MeterPrices | null): Margin[] {
  return costs.map((cost) => {
    const unit = prices?.get(cost.meter);
    const price = unit === undefined ? null : { ...unit, meter: cost.meter };
    return { meter: cost.meter, price, marginBasisPoints: price === null ? null : marginOf(cost, price) };
  });
}

/** Rounded down, so that no loss is shown as none. */
function marginOf(cost: MeterPrice, price: MeterPrice): number | null {
  const asked = price.micros * cost.perUnits;
  const paid = cost.micros * price.perUnits;
  if (asked === 0n) return null;
  const scaled = (asked - paid) * 10_000n;
  const quotient = scaled / asked;
  const floor = scaled % asked < 0n ? quotient - 1n : quotient;
  return Number(floor < -smallest ? -smallest : floor);
}
/** A loss of a hundred thousand times the price is shown as that. */
const smallest = 1_000_000_000n;

/** The sales prices of now by model, of every meter, also of those priced as another. */
export async function salesPrices(ctx: Ctx): Promise<ReadonlyMap<string, MeterPrices>> {
  const cards = await listModels(ctx);
  return new Map(
    cards.flatMap(({ id, kind, price }) => {
      const prices = price === null ? null : completePrices(ctx.product.meters, price.prices, kind);
      return prices === null ? [] : [[id, prices] as const];
    }),
  );
}
