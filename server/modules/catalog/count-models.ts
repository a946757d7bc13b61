import { isNull } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { completePrices } from './complete-prices.ts';
import { pricesAt } from './prices.ts';
import { models } from './schema.ts';

export interface ModelCounts {
  /** Models of the catalogue with all the prices a call needs. */
  readonly priced: number;
  /** The others: each call of them is refused. */
  readonly unpriced: number;
}

/** How many models of the catalogue can be called at the prices of now, and how many wait for a price. */
export async function countModels(ctx: Ctx): Promise<ModelCounts> {
  authorize(ctx, 'catalog:manage');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select({ id: models.id, kind: models.kind })
      .from(models)
      .where(isNull(models.withdrawnAt));
    const priceBySku = await pricesAt(ctx, now(ctx));
    const priced = rows.filter(({ id, kind }) => {
      const version = priceBySku.get(id);
      return version !== undefined && completePrices(ctx.product.meters, version.prices, kind) !== null;
    }).length;
    return { priced, unpriced: rows.length - priced };
  });
}
