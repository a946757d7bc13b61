import { useSyncExternalStore } from 'react';

const tickMs = 10_000;
let shownNow = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  shownNow = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    shownNow = Date.now();
    timer = setInterval(tick, tickMs);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The present instant, good to ten seconds, so that everything relative on a page agrees and moves on. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shownNow);
}
