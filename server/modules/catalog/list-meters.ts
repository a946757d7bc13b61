import { isCountedFor, isRequiredFor } from '../../declare/meter.ts';
import { authorize } from '../../declare/permissions.ts';
import type { Ctx } from '../../kernel/context.ts';
import { modelKinds } from './kinds.ts';

/** Every meter of the product, in the order they are declared, and words for every code of theirs. */
export function listMeters(ctx: Ctx) {
  authorize(ctx, 'catalog:read');
  const items = [...ctx.product.meters.values()].map((meter) => ({
    name: meter.name,
    title: meter.title,
    unit: meter.unit.name,
    product: meter.product.name,
    pricedAs: typeof meter.withoutPrice === 'object' ? meter.withoutPrice.as : null,
    kinds: modelKinds.filter((kind) => isCountedFor(meter, kind)),
    requiredFor: modelKinds.filter((kind) => isRequiredFor(meter, kind)),
  }));
  return { items, words: ctx.product.meterWords };
}
