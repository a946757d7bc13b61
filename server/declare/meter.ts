import type { LocalisedText } from '@candor/privacy-engine';

/** A code that rows hold, and what people read for it. */
export interface NamedCode {
  readonly name: string;
  readonly title: LocalisedText;
}

/**
 * Something that is counted and charged for: input tokens, seconds of a machine, stored gigabytes. Prices, usage and
 * bills know meters by their names only, so that a module brings a new product without touching them.
 */
export interface Meter extends NamedCode {
  /** What a quantity is in; it never changes, because rows hold quantities without it. */
  readonly unit: NamedCode;
  /** The heading it is billed under. */
  readonly product: NamedCode;
  /**
   * What a quantity costs where a price version does not name the meter, so that nothing is free by accident: what
   * another meter of the same unit costs, nothing, or the version is refused.
   */
  readonly withoutPrice: { readonly as: string } | 'free' | 'refused';
  /** Kinds of what is sold of which it is counted; every kind when left out. It needs no price for others. */
  readonly kinds?: readonly string[];
  /** Of these, kinds for which it is free instead of refused: another meter of theirs must have a price. */
  readonly freeFor?: readonly string[];
}

export function isCountedFor({ kinds }: Meter, kind: string): boolean {
  return kinds === undefined || kinds.includes(kind);
}

/** Whether nothing of the kind is sold without a price for the meter. */
export function isRequiredFor(meter: Meter, kind: string): boolean {
  return (
    meter.withoutPrice === 'refused' && isCountedFor(meter, kind) && meter.freeFor?.includes(kind) !== true
  );
}

export type Meters = ReadonlyMap<string, Meter>;

/** @throws when two meters share a name, or one falls back on a meter of another unit, or in a circle. */
export function foldMeters(meters: readonly Meter[]): Meters {
  const byName = new Map<string, Meter>();
  for (const meter of meters) {
    if (byName.has(meter.name)) throw new Error(`two modules bring the meter ${meter.name}`);
    byName.set(meter.name, meter);
  }
  for (const meter of meters) pricedAs(byName, meter);
  return byName;
}

/** The meters whose price a meter has, in the order they are tried: itself, then what it falls back on. */
export function pricedAs(meters: Meters, meter: Meter): readonly Meter[] {
  const chain = [meter];
  for (let last = meter; typeof last.withoutPrice === 'object';) {
    const next = meters.get(last.withoutPrice.as);
    if (next?.unit.name !== meter.unit.name || chain.includes(next))
      throw new Error(`${meter.name} cannot cost what ${last.withoutPrice.as} costs`);
    chain.push(next);
    last = next;
  }
  return chain;
}

/** Words for every code that usage, prices and bills hold. @throws when two modules say different things of one. */
export function wordsOfMeters(
  meters: readonly Meter[],
  retired: readonly NamedCode[],
): Readonly<Record<string, LocalisedText>> {
  const words = new Map<string, LocalisedText>();
  for (const { name, title } of [
    ...meters.flatMap((meter) => [meter, meter.unit, meter.product]),
    ...retired,
  ]) {
    const known = words.get(name) ?? title;
    if (known.zh !== title.zh || known.en !== title.en) throw new Error(`${name} has two titles`);
    words.set(name, title);
  }
  return Object.fromEntries(words);
}
