import type { Clock } from '../../kernel/clock.ts';

export interface CachedValue<T> {
  /** The value at once when it is fresh enough, else after loading it. Rejects when it is too old and cannot be loaded. */
  get(): T | Promise<T>;
  /** The value has changed at its source: the next `get` loads it. */
  invalidate(): void;
}

/** Age from which the value is loaded again in the background, should a notification have been lost. */
const freshMs = 30_000;
/** Age up to which the old value serves while the source is away. */
const usableMs = 120_000;

/** A small table kept in memory, loaded by one caller at a time. */
export function createCachedValue<T>(clock: Clock, load: () => Promise<T>): CachedValue<T> {
  let current: { readonly value: T; readonly loadedAtMs: number } | null = null;
  let loading: Promise<T> | null = null;
  let generation = 0;

  async function loadNow(): Promise<T> {
    for (;;) {
      const startedIn = generation;
      const value = await load();
      // Something changed while it was read; what was read may be the old state.
      if (startedIn !== generation) continue;
      current = { value, loadedAtMs: clock.now().getTime() };
      return value;
    }
  }
  function refresh(): Promise<T> {
    loading ??= loadNow().finally(() => {
      loading = null;
    });
    return loading;
  }

  return {
    get() {
      if (current === null) return refresh();
      const ageMs = clock.now().getTime() - current.loadedAtMs;
      if (ageMs > usableMs) return refresh();
      if (ageMs > freshMs) refresh().catch(() => {});
      return current.value;
    },
    invalidate() {
      generation += 1;
      current = null;
    },
  };
}
