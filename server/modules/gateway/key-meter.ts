/** Tokens per key that the database does not count as used yet: of requests being served, and on their way to the books. */
export interface KeyMeter {
  reserve(apiKeyId: string, tokens: number): void;
  /** Ends a reservation with what was used. */
  finish(apiKeyId: string, reserved: number, used: number): void;
  /** Tokens that are in the books, or never will be. */
  settled(apiKeyId: string, tokens: number): void;
  heldOf(apiKeyId: string): number;
}

export function createKeyMeter(): KeyMeter {
  const heldByKey = new Map<string, number>();

  function add(apiKeyId: string, tokens: number): void {
    const held = (heldByKey.get(apiKeyId) ?? 0) + tokens;
    if (held === 0) heldByKey.delete(apiKeyId);
    else heldByKey.set(apiKeyId, held);
  }

  return {
    reserve: add,
    finish: (apiKeyId, reserved, used) => add(apiKeyId, used - reserved),
    settled: (apiKeyId, tokens) => add(apiKeyId, -tokens),
    heldOf: (apiKeyId) => heldByKey.get(apiKeyId) ?? 0,
  };
}
