const microsPerYuan = 1_000_000n;

/** The largest amount the API accepts or answers: beyond 2^53 − 1 a JSON number is no longer exact. */
export const maxMicros = BigInt(Number.MAX_SAFE_INTEGER);

/** `auto` shows cents, and further digits only where they are not zero; a number shows exactly that many. */
export type YuanDigits = 'auto' | 0 | 2 | 6;

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function trimFraction(sixDigits: string, digits: YuanDigits): string {
  if (digits !== 'auto') return sixDigits.slice(0, digits);
  return sixDigits.replace(/0+$/, '').padEnd(2, '0');
}

/** `-1234500000n` → `-1,234.50`; digits below a fixed precision are cut, never rounded up. */
export function formatYuan(micros: bigint | number, digits: YuanDigits = 'auto'): string {
  const value = BigInt(micros);
  const absolute = value < 0n ? -value : value;
  const whole = groupThousands(String(absolute / microsPerYuan));
  const fraction = trimFraction(String(absolute % microsPerYuan).padStart(6, '0'), digits);
  const sign = value < 0n ? '−' : '';
  return `${sign}¥${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Like `formatYuan`, with the plus sign a ledger shows for money that came in. */
export function formatSignedYuan(micros: bigint | number, digits: YuanDigits = 'auto'): string {
  return `${BigInt(micros) > 0n ? '+' : ''}${formatYuan(micros, digits)}`;
}

/**
 * Text as a person types it, to micros; undefined unless it is a plain amount with at most `maxDecimals` decimals. A
 * comma is taken between groups of three digits only: elsewhere it may have been meant as a decimal point.
 */
export function parseYuan(text: string, maxDecimals: 2 | 6 = 2): bigint | undefined {
  const match = /^(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  if (fraction.length > maxDecimals) return undefined;
  const micros =
    BigInt((match[1] ?? '0').replaceAll(',', '')) * microsPerYuan + BigInt(fraction.padEnd(6, '0'));
  return micros > maxMicros ? undefined : micros;
}

export interface UnitPrice {
  micros: number;
  perUnits: number;
}

/** What several quantities cost together: one fraction, rounded up once, as the server charges it. */
export function priceMicros(lines: readonly { quantity: number; price: UnitPrice }[]): bigint {
  let numerator = 0n;
  let denominator = 1n;
  for (const { quantity, price } of lines) {
    const perUnits = BigInt(price.perUnits);
    numerator = numerator * perUnits + BigInt(quantity) * BigInt(price.micros) * denominator;
    denominator *= perUnits;
  }
  return (numerator + denominator - 1n) / denominator;
}

/** A unit price restated per so many units. It is exact whenever `perUnits` divides them. */
export function priceOfUnits(price: UnitPrice, units: number): bigint {
  return (BigInt(price.micros) * BigInt(units)) / BigInt(price.perUnits);
}

export function sumMicros(amounts: Iterable<number>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += BigInt(amount);
  return sum;
}

/** Micros for a JSON body. */
export function microsToJson(micros: bigint): number {
  if (micros > maxMicros || micros < -maxMicros) throw new RangeError('amount does not fit a JSON integer');
  return Number(micros);
}
