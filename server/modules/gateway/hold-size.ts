import type { MeterPrices } from '../catalog/index.ts';
import { mostMicros, mostThatFits } from './meter-request.ts';
import type { WhenShort } from './purse.ts';
import type { RequestFacts } from './read-request.ts';
import type { Estimate } from './token-statistics.ts';

/** The shortest answer, for each choice, with which a request begins that the wallet cannot pay for whole. */
const leastAnswerTokens = 64;

/** How much money a request waits for. */
export interface HoldSize {
  readonly neededMicros: bigint;
  /** What it can do with less; undefined when nothing. */
  readonly whenShort: WhenShort | undefined;
}

/**
 * The most that the request may cost, as far as it can be known. Where the wallet has less, a stream begins with what a
 * usual answer costs and its hold grows while it is written; a whole answer with a bound of the client's begins with all
 * there is and is bounded by it. A whole answer without a bound could not be kept from costing more.
 */
export function holdSizeOf(facts: RequestFacts, estimate: Estimate, prices: MeterPrices): HoldSize {
  const priceOf = (outputTokens: number) =>
    mostMicros({ ...estimate, ...piecesOf(facts), outputTokens }, prices, isSpoken(facts));
  const neededMicros = priceOf(estimate.outputTokens);
  // A picture or a recording is paid for whole.
  const canBeShorter = facts.work === null && (facts.isStreamed || canBeBounded(facts));
  if (!canBeShorter) return { neededMicros, whenShort: undefined };
  const leastMicros = priceOf(Math.min(estimate.outputTokens, leastAnswerTokens * facts.choices));
  const enoughMicros = facts.isStreamed ? priceOf(estimate.usualOutputTokens) : neededMicros;
  return {
    neededMicros,
    whenShort: { leastMicros, enoughMicros: enoughMicros > leastMicros ? enoughMicros : leastMicros },
  };
}

/**
 * What to ask of a quota of money, until one fits: the most that the request may cost; where that does not fit, what it can
 * begin with, halved each time, so that it gets at least half of what is left.
 */
export function sizesFor({ neededMicros, whenShort }: HoldSize): bigint[] {
  if (whenShort === undefined) return [neededMicros];
  const { enoughMicros, leastMicros } = whenShort;
  const sizes = [neededMicros];
  for (let micros = enoughMicros; micros > leastMicros; micros /= 2n) sizes.push(micros);
  return [...new Set([...sizes, leastMicros])];
}

/**
 * The bound for each answer under which the money held pays for a whole reply; null where it pays for all that was
 * requested.
 */
export function affordableTokens(
  facts: RequestFacts,
  estimate: Estimate,
  prices: MeterPrices,
  heldMicros: bigint,
): number | null {
  if (facts.isStreamed || !canBeBounded(facts)) return null;
  const fits = (tokens: number) =>
    mostMicros({ ...estimate, outputTokens: tokens * facts.choices }, prices, isSpoken(facts)) <= heldMicros;
  const most = Math.floor(estimate.outputTokens / facts.choices);
  return fits(most) ? null : mostThatFits(most, fits);
}

function piecesOf({ work }: RequestFacts) {
  return work === null ? {} : { pieces: work.most };
}

/** In Messages a budget for thinking must be below the bound; a smaller bound would be refused. */
function canBeBounded({ choices, maxOutputTokens, members }: RequestFacts): boolean {
  return choices > 0 && maxOutputTokens !== null && !members.has('thinking');
}

/** Whether sound was requested, whose tokens have a price of their own. */
export function isSpoken({ members }: RequestFacts): boolean {
  return members.has('audio');
}
