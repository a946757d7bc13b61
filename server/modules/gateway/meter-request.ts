import { type UnitPrice, priceMicros } from '../../kernel/money.ts';
import type { TokenUsage } from './usage.ts';

export interface TokenPrice {
  readonly input: UnitPrice;
  readonly output: UnitPrice;
}

/** Charge for tokens, rounded up once. */
export function chargeMicros(usage: TokenUsage, price: TokenPrice): bigint {
  return priceMicros([
    { quantity: usage.inputTokens, price: price.input },
    { quantity: usage.outputTokens, price: price.output },
  ]);
}

/**
 * The tokens that the money held pays for: all of them, or as many as fit, input first. What an answer used beyond
 * what could be reserved for it is our mistake in estimating, so it is given away instead of overdrawing a wallet.
 */
export function billableTokens(usage: TokenUsage, price: TokenPrice, heldMicros: bigint): TokenUsage {
  if (chargeMicros(usage, price) <= heldMicros) return usage;
  const input = mostThatFits(
    usage.inputTokens,
    (tokens) => chargeMicros({ inputTokens: tokens, outputTokens: 0 }, price) <= heldMicros,
  );
  const output = mostThatFits(
    usage.outputTokens,
    (tokens) => chargeMicros({ inputTokens: input, outputTokens: tokens }, price) <= heldMicros,
  );
  return { inputTokens: input, outputTokens: output };
}

/** The largest number up to `most` that fits; fitting must not come back once it has ended. */
function mostThatFits(most: number, fits: (tokens: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
