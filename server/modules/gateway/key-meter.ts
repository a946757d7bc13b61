interface Count {
  /** Tokens of finished requests since this process started. */
  finished: number;
  /** Of those, the ones that are in the database. */
  settled: number;
  /** Expected of requests that are being served. */
  reserved: number;
  /** Number of the last settlement that touched the key. */
  lastSettlement: number;
}

/** Tokens per key that the database does not know yet, so that a quota also holds for many requests at once. */
export interface KeyMeter {
  reserve(apiKeyId: string, tokens: number): void;
  /** Ends a reservation with what was used. */
  finish(apiKeyId: string, reserved: number, used: number): void;
  settled(apiKeyId: string, tokens: number): void;
  /** Tokens that were finished and will never be in the database. */
  forgive(apiKeyId: string, tokens: number): void;
  /** Tokens of the key that this process has brought into the database. */
  settledOf(apiKeyId: string): number;
  /** Number of the newest settlement, to notice one that happens while a key is read. */
  readonly settlement: number;
  hasSettledSince(apiKeyId: string, settlement: number): boolean;
  /** Tokens used and reserved beyond those the database knew when `settledOf` was `settledBefore`. */
  beyond(apiKeyId: string, settledBefore: number): number;
}

export function createKeyMeter(): KeyMeter {
  const countByKey = new Map<string, Count>();
  let settlement = 0;

  function countOf(apiKeyId: string): Count {
    const existing = countByKey.get(apiKeyId);
    if (existing !== undefined) return existing;
    const count = { finished: 0, settled: 0, reserved: 0, lastSettlement: 0 };
    countByKey.set(apiKeyId, count);
    return count;
  }

  return {
    reserve(apiKeyId, tokens) {
      countOf(apiKeyId).reserved += tokens;
    },
    finish(apiKeyId, reserved, used) {
      const count = countOf(apiKeyId);
      count.reserved -= reserved;
      count.finished += used;
    },
    settled(apiKeyId, tokens) {
      settlement += 1;
      const count = countOf(apiKeyId);
      count.settled += tokens;
      count.lastSettlement = settlement;
    },
    forgive(apiKeyId, tokens) {
      countOf(apiKeyId).finished -= tokens;
    },
    settledOf: (apiKeyId) => countByKey.get(apiKeyId)?.settled ?? 0,
    get settlement() {
      return settlement;
    },
    hasSettledSince: (apiKeyId, since) => (countByKey.get(apiKeyId)?.lastSettlement ?? 0) > since,
    beyond(apiKeyId, settledBefore) {
      const count = countByKey.get(apiKeyId);
      return count === undefined ? 0 : count.finished - settledBefore + count.reserved;
    },
  };
}
