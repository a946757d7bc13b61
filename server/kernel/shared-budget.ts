/** A bounded amount that several holders share. */
export interface SharedBudget {
  /** Takes `amount` in the name of all the holders at once, or nothing. */
  take(holders: readonly Holder[], amount: number): boolean;
  giveBack(holders: readonly Holder[], amount: number): void;
  readonly taken: number;
}

export interface Holder {
  readonly key: string;
  /** The most it may hold, as a multiple of what is free: with 1, a lone holder gets half of everything. */
  readonly timesFree: number;
}

/**
 * Dynamic thresholds: a holder may take while it holds less than a multiple of what is still free. The fuller the
 * budget, the smaller each share, so holders that take all they can always leave room for the next one.
 */
export function createSharedBudget(total: number): SharedBudget {
  const heldByKey = new Map<string, number>();
  let taken = 0;

  return {
    take(holders, amount) {
      const freeAfter = total - taken - amount;
      if (freeAfter < 0) return false;
      const fits = ({ key, timesFree }: Holder) =>
        (heldByKey.get(key) ?? 0) + amount <= freeAfter * timesFree;
      if (!holders.every(fits)) return false;
      taken += amount;
      for (const { key } of holders) heldByKey.set(key, (heldByKey.get(key) ?? 0) + amount);
      return true;
    },
    giveBack(holders, amount) {
      taken -= amount;
      for (const { key } of holders) {
        const left = (heldByKey.get(key) ?? 0) - amount;
        if (left > 0) heldByKey.set(key, left);
        else heldByKey.delete(key);
      }
    },
    get taken() {
      return taken;
    },
  };
}
