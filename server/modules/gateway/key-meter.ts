import type { QuotaAmount } from '../identity/index.ts';

/** What keys hold that the database does not count as used yet: of requests being served, and on their way to the books. */
export interface KeyMeter {
  reserve(apiKeyId: string, amount: QuotaAmount): void;
  /** Ends a reservation with what was used. */
  finish(apiKeyId: string, reserved: QuotaAmount, used: QuotaAmount): void;
  /** What is in the books, or never will be. */
  settled(apiKeyId: string, amount: QuotaAmount): void;
  heldOf(apiKeyId: string): QuotaAmount;
}

export const nothingHeld: QuotaAmount = { tokens: 0, micros: 0 };

export function createKeyMeter(): KeyMeter {
  const heldByKey = new Map<string, QuotaAmount>();

  function add(apiKeyId: string, tokens: number, micros: number): void {
    const before = heldByKey.get(apiKeyId) ?? nothingHeld;
    const held = { tokens: before.tokens + tokens, micros: before.micros + micros };
    if (isNothing(held)) heldByKey.delete(apiKeyId);
    else heldByKey.set(apiKeyId, held);
  }

  return {
    reserve: (apiKeyId, { tokens, micros }) => add(apiKeyId, tokens, micros),
    finish: (apiKeyId, reserved, used) =>
      add(apiKeyId, used.tokens - reserved.tokens, used.micros - reserved.micros),
    settled: (apiKeyId, { tokens, micros }) => add(apiKeyId, -tokens, -micros),
    heldOf: (apiKeyId) => heldByKey.get(apiKeyId) ?? nothingHeld,
  };
}

export function isNothing({ tokens, micros }: QuotaAmount): boolean {
  return tokens === 0 && micros === 0;
}
