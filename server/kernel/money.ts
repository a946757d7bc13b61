import { z } from 'zod';

/** 1 yuan in micro-yuan, the only unit of money in code and database. */
export const microsPerYuan = 1_000_000n;
/** 1 fen (cent) in micro-yuan: the smallest amount a bank can move. */
export const microsPerCent = 10_000n;

/** The smaller of two amounts. */
export function minMicros(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** A unit price as a fraction, so that ¥0.5 per million tokens needs no float: `micros` per `perUnits` units. */
export interface UnitPrice {
  readonly micros: bigint;
  readonly perUnits: bigint;
}

/** A quantity and what its unit costs. */
export interface PricedQuantity {
  readonly quantity: number;
  readonly price: UnitPrice;
}

/**
 * Exact price of several quantities at their unit prices, summed as fractions and rounded up once, so that a request
 * is never free by rounding and never pays for two roundings. Result in micro-yuan.
 */
export function priceMicros(lines: readonly PricedQuantity[]): bigint {
  return shareMicros(lines).reduce((sum, share) => sum + share, 0n);
}

/**
 * What each line adds to the price of all: the sum up to the line, rounded up, less what the lines before it came to.
 * The shares add up to the price that is rounded once, and none is negative.
 */
export function shareMicros(lines: readonly PricedQuantity[]): bigint[] {
  let numerator = 0n;
  let denominator = 1n;
  let before = 0n;
  return lines.map(({ quantity, price }) => {
    if (price.perUnits === denominator) numerator += BigInt(quantity) * price.micros;
    else {
      numerator = numerator * price.perUnits + BigInt(quantity) * price.micros * denominator;
      denominator *= price.perUnits;
    }
    const upToHere = (numerator + denominator - 1n) / denominator;
    const share = upToHere - before;
    before = upToHere;
    return share;
  });
}

/** Whole cents of an amount and what is left to carry to the next row (D-BIL-4). Both in micro-yuan. */
export function splitCents(amountMicros: bigint): { centsMicros: bigint; restMicros: bigint } {
  const restMicros = amountMicros % microsPerCent;
  return { centsMicros: amountMicros - restMicros, restMicros };
}

/** "12.345678": an amount with all six decimals, formatted from the integer. */
export function formatMicros(amountMicros: bigint): string {
  const sign = amountMicros < 0n ? '-' : '';
  const digits = (amountMicros < 0n ? -amountMicros : amountMicros).toString().padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/**
 * Money at the edge: a JSON integer of micro-yuan, `bigint` inside. Refuses what a JSON number cannot hold exactly
 * (above 2^53 - 1, ¥9.0 billion).
 */
export const microsSchema = z
  .codec(z.int(), z.bigint(), { decode: (value) => BigInt(value), encode: toSafeNumber })
  .meta({ type: 'integer', description: 'micro-yuan (1 yuan = 1000000)' });

/** The same codec for amounts that must be above zero. */
export const positiveMicrosSchema = z
  .codec(z.int().positive(), z.bigint(), { decode: (value) => BigInt(value), encode: toSafeNumber })
  .meta({ type: 'integer', description: 'micro-yuan (1 yuan = 1000000), above zero' });

function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError('amount of money does not fit a JSON integer');
  return number;
}
