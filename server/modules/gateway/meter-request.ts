import { priceMicros, type PricedQuantity, shareMicros, type UnitPrice } from '../../kernel/money.ts';
import type { UsageLine } from '../billing/index.ts';
import type { MeterPrices } from '../catalog/index.ts';
import type { GatewayMeter } from './meters.ts';
import { allTokens, type PieceUsage, textUsage, type TokenUsage } from './usage.ts';

interface Line extends PricedQuantity {
  readonly meter: GatewayMeter;
}

/** Meter of each part of the usage, in the order in which the money held pays for them. */
const meterOf = {
  inputTokens: 'gateway.input-tokens',
  cachedInputTokens: 'gateway.cached-input-tokens',
  cacheWriteTokens: 'gateway.cache-write-tokens',
  audioInputTokens: 'gateway.audio-input-tokens',
  outputTokens: 'gateway.output-tokens',
  reasoningTokens: 'gateway.reasoning-tokens',
  audioOutputTokens: 'gateway.audio-output-tokens',
} as const satisfies Record<TokenPart, GatewayMeter>;
type TokenPart = Exclude<keyof TokenUsage, 'pieces'>;
/** Guarantee: an object literal has no other keys than its type. */
const parts = Object.keys(meterOf) as TokenPart[];

const meterOfPiece = {
  images: 'gateway.images',
  largeImages: 'gateway.large-images',
  highQualityImages: 'gateway.high-quality-images',
  largeHighQualityImages: 'gateway.large-high-quality-images',
  characters: 'gateway.characters',
} as const satisfies Record<keyof PieceUsage, GatewayMeter>;
/** Guarantee: as above. */
const pieceNames = Object.keys(meterOfPiece) as (keyof PieceUsage)[];

const nothing: UnitPrice = { micros: 0n, perUnits: 1n };

/** One call and what it used of each meter; what was not used has no line. A call that used nothing costs nothing. */
function linesOf(usage: TokenUsage, prices: MeterPrices): Line[] {
  const isUnused = allTokens(usage) === 0 && Object.keys(usage.pieces ?? {}).length === 0;
  const callPrice = isUnused ? nothing : priceOf(prices, 'gateway.calls');
  const lines: Line[] = [{ meter: 'gateway.calls', quantity: 1, price: callPrice }];
  for (const part of parts) {
    if (usage[part] === 0) continue;
    lines.push({ meter: meterOf[part], quantity: usage[part], price: priceOf(prices, meterOf[part]) });
  }
  if (usage.pieces === undefined) return lines;
  for (const name of pieceNames) {
    const quantity = usage.pieces[name] ?? 0;
    const meter = meterOfPiece[name];
    if (quantity > 0) lines.push({ meter, quantity, price: priceOf(prices, meter) });
  }
  return lines;
}

/** @throws for a meter of ours that a loaded price does not have, see `completePrices`. */
function priceOf(prices: MeterPrices, meter: GatewayMeter): UnitPrice {
  const price = prices.get(meter);
  if (price === undefined) throw new Error(`a price without ${meter} was loaded`);
  return price;
}

/** Charge for a call, rounded up once. */
export function chargeMicros(usage: TokenUsage, prices: MeterPrices): bigint {
  return priceMicros(linesOf(usage, prices));
}

/**
 * Charge for so many tokens of which nothing is known but that they are read and written: what is written may be thought,
 * or spoken where sound was requested, so the dearest of these counts.
 */
export function mostMicros(
  {
    inputTokens,
    outputTokens,
    pieces,
  }: { readonly inputTokens: number; readonly outputTokens: number; readonly pieces?: PieceUsage },
  prices: MeterPrices,
  isSpoken: boolean,
): bigint {
  const usage = writing(textUsage(inputTokens, 0), outputTokens, prices, isSpoken);
  return chargeMicros(pieces === undefined ? usage : { ...usage, pieces }, prices);
}

/** The same read, and so many tokens written, each as dear as one can be. */
export function writing(
  usage: TokenUsage,
  outputTokens: number,
  prices: MeterPrices,
  isSpoken: boolean,
): TokenUsage {
  const nothingWritten = { outputTokens: 0, reasoningTokens: 0, audioOutputTokens: 0 };
  return { ...usage, ...nothingWritten, [dearestOf(prices, isSpoken)]: outputTokens };
}

function dearestOf(
  prices: MeterPrices,
  isSpoken: boolean,
): 'outputTokens' | 'reasoningTokens' | 'audioOutputTokens' {
  const isDearer = (a: keyof typeof meterOf, b: keyof typeof meterOf) => {
    const [one, other] = [priceOf(prices, meterOf[a]), priceOf(prices, meterOf[b])];
    return one.micros * other.perUnits > other.micros * one.perUnits;
  };
  const text = isDearer('reasoningTokens', 'outputTokens') ? 'reasoningTokens' : 'outputTokens';
  return isSpoken && isDearer('audioOutputTokens', text) ? 'audioOutputTokens' : text;
}

/** What a call is booked as; the charges of its lines add up to `chargeMicros`. */
export function usageLines(usage: TokenUsage, prices: MeterPrices): UsageLine[] {
  const lines = linesOf(usage, prices);
  const shares = shareMicros(lines);
  return lines.map(({ meter, quantity }, index) => ({
    meter,
    quantity,
    chargeMicros: shares[index] ?? 0n,
  }));
}

/** Whether nothing is charged, whatever is used. */
export function isFree(prices: MeterPrices): boolean {
  return [...prices.values()].every(({ micros }) => micros === 0n);
}

/**
 * The tokens that the money held pays for: all of them, or as many as fit, what was read first. What an answer used
 * beyond what could be reserved for it is our mistake in estimating, so it is given away instead of overdrawing a wallet.
 */
export function billableTokens(usage: TokenUsage, prices: MeterPrices, heldMicros: bigint): TokenUsage {
  if (chargeMicros(usage, prices) <= heldMicros) return usage;
  let billed = textUsage(0, 0);
  for (const part of parts) {
    const before = billed;
    const tokens = mostThatFits(
      usage[part],
      (tokens) => chargeMicros({ ...before, [part]: tokens }, prices) <= heldMicros,
    );
    billed = { ...before, [part]: tokens };
  }
  return usage.pieces === undefined
    ? billed
    : { ...billed, pieces: billablePieces(usage.pieces, billed, prices, heldMicros) };
}

function billablePieces(
  used: PieceUsage,
  text: TokenUsage,
  prices: MeterPrices,
  heldMicros: bigint,
): PieceUsage {
  let billed: PieceUsage = {};
  for (const name of pieceNames) {
    const before = billed;
    const count = mostThatFits(
      used[name] ?? 0,
      (count) => chargeMicros({ ...text, pieces: { ...before, [name]: count } }, prices) <= heldMicros,
    );
    if (count > 0) billed = { ...before, [name]: count };
  }
  return billed;
}

/** The largest number up to `most` that fits; fitting must not come back once it has ended. */
export function mostThatFits(most: number, fits: (tokens: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
