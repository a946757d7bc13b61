import { isRequiredFor, type Meter, type Meters, pricedAs } from '../../declare/meter.ts';
import type { UnitPrice } from '../../kernel/money.ts';
import { invalidInput } from '../../kernel/problem.ts';
import type { ModelKind } from './kinds.ts';
import { priceIncomplete } from './problems.ts';
import type { MeterPrice, MeterPrices } from './prices.ts';

const nothing: UnitPrice = { micros: 0n, perUnits: 1n };

/**
 * The price of every meter of the products that a version prices: its own, that of the meter it falls back on, or
 * nothing where its declaration says so for the kind.
 * @returns null when a meter that may not be free has no price: then nothing of the version can be sold.
 */
export function completePrices(
  meters: Meters,
  prices: readonly MeterPrice[],
  kind: ModelKind,
): MeterPrices | null {
  const published = new Map(prices.map((price) => [price.meter, price]));
  const complete = new Map<string, UnitPrice>();
  for (const meter of metersOfProducts(meters, published)) {
    const price = priceOf(meters, meter, published, kind);
    if (price === null) return null;
    complete.set(meter.name, price);
  }
  return complete;
}

/** @throws `catalog.price_incomplete` when a meter that may not be free for the kind has no price. */
export function requirePrices(meters: Meters, prices: readonly MeterPrice[], kind: ModelKind): void {
  const published = new Map(prices.map((price) => [price.meter, price]));
  const missing = metersOfProducts(meters, published).find(
    (meter) => priceOf(meters, meter, published, kind) === null,
  );
  if (missing !== undefined) throw priceIncomplete({ meter: missing.name });
}

/** @throws `kernel.invalid_input` when a meter does not exist or is priced twice. */
export function requireMeters(meters: Meters, prices: readonly MeterPrice[]): void {
  const seen = new Set<string>();
  for (const [index, { meter }] of prices.entries()) {
    const message = !meters.has(meter)
      ? 'there is no such meter'
      : seen.has(meter)
        ? 'is priced twice'
        : null;
    if (message !== null) throw invalidInput({ issues: [{ path: `body.prices.${index}.meter`, message }] });
    seen.add(meter);
  }
}

/** A version that prices one meter of a product prices the product. */
function metersOfProducts(meters: Meters, published: ReadonlyMap<string, MeterPrice>): Meter[] {
  const products = new Set([...published.keys()].map((name) => meters.get(name)?.product.name));
  return [...meters.values()].filter(({ product }) => products.has(product.name));
}

function priceOf(
  meters: Meters,
  meter: Meter,
  published: ReadonlyMap<string, MeterPrice>,
  kind: ModelKind,
): UnitPrice | null {
  const chain = pricedAs(meters, meter);
  for (const { name } of chain) {
    const price = published.get(name);
    if (price !== undefined) return price;
  }
  return chain.some((one) => isRequiredFor(one, kind)) ? null : nothing;
}
