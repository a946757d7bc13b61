import { authorize } from '../../declare/permissions.ts';
import type { Ctx } from '../../kernel/context.ts';

/** Every meter of the product, in the order they are declared, and words for every code of theirs. */
export function listMeters(ctx: Ctx) {
  authorize(ctx, 'catalog:read');
  const items = [...ctx.product.meters.values()].map(({ name, title, unit, product, withoutPrice }) => ({
    name,
    title,
    unit: unit.name,
    product: product.name,
    pricedAs: typeof withoutPrice === 'object' ? withoutPrice.as : null,
    isPriceRequired: withoutPrice === 'refused',
  }));
  return { items, words: ctx.product.meterWords };
}
