/**
 * How often one key may seal. With random 96-bit nonces, NIST SP 800-38D §8.3 allows 2^32 calls per key, so that the
 * chance of one repeated nonce stays below 2^-32; a repeated nonce would give away both values and the means to forge.
 * We count, and stop early: seals are taken from the disk in blocks, one byte per block, and what a process has taken
 * and not used is lost when it forgets the key. After the limit the next version of the key seals.
 */
export interface SealLimit {
  readonly valuesPerKey: number;
  readonly valuesPerBlock: number;
}

export const gcmSealLimit: SealLimit = { valuesPerKey: 2 ** 32, valuesPerBlock: 2 ** 16 };

/** How many more blocks are needed before `valueCount` values may be sealed. */
export function sealBlocks(limit: SealLimit, sealsLeft: number, valueCount: number): number {
  if (!Number.isSafeInteger(valueCount) || valueCount < 1 || valueCount > limit.valuesPerKey) {
    throw new RangeError(
      `Between 1 and ${limit.valuesPerKey} values can be sealed at once, not ${valueCount}`,
    );
  }
  return Math.max(0, Math.ceil((valueCount - sealsLeft) / limit.valuesPerBlock));
}
