import { minMicros } from '../../kernel/money.ts';

export interface SliceInput {
  /** What is needed now. */
  readonly neededMicros: bigint;
  /** The largest single reservation seen lately. */
  readonly largestHoldMicros: bigint;
  readonly spentPerSecondMicros: bigint;
  /** What the wallet has left, leases not counted. */
  readonly availableMicros: bigint;
}

/**
 * How much money a lease takes out of a wallet at once: enough for two seconds of spending and four large requests, but
 * at most a twentieth of what is there. A wallet with less than twenty requests in it lends only what is needed, so
 * that its last money is not locked away in a process that may not use it.
 */
export function sliceMicros({
  neededMicros,
  largestHoldMicros,
  spentPerSecondMicros,
  availableMicros,
}: SliceInput): bigint {
  if (availableMicros < 20n * neededMicros) return minMicros(neededMicros, availableMicros);
  const wishedMicros = max(4n * largestHoldMicros, 2n * spentPerSecondMicros);
  return max(neededMicros, minMicros(wishedMicros, availableMicros / 20n));
}

/**
 * How much of a limit one gateway takes at once: a twentieth of what is left, so that few requests need the database; but
 * where little is left, only what is needed, so that the last of it is not locked away in a process that may not use it.
 */
export function sliceUnits(needed: number, left: number): number {
  if (needed === 0) return 0;
  if (left < 20 * needed) return Math.min(needed, left);
  return Math.max(needed, Math.floor(left / 20));
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
