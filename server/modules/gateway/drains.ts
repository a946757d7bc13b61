/** Answers that are read to their end although the client has left, because a paid upstream writes them anyway. */
export interface Drains {
  /** A place for one more; null when too many are read already. `onTimeout` is called when it takes too long. */
  start(onTimeout: () => void): Drain | null;
}

export interface Drain {
  /** Whether so many more bytes may still be read. */
  take(bytes: number): boolean;
  end(): void;
}

const maxDrains = 64;
const maxDrainBytes = 1024 * 1024;

export function createDrains(timeoutMs = 60_000): Drains {
  let running = 0;
  return {
    start(onTimeout) {
      if (running >= maxDrains) return null;
      running += 1;
      let leftBytes = maxDrainBytes;
      let isOver = false;
      const timer = setTimeout(onTimeout, timeoutMs).unref();
      return {
        take(bytes) {
          leftBytes -= bytes;
          return leftBytes >= 0;
        },
        end() {
          if (isOver) return;
          isOver = true;
          running -= 1;
          clearTimeout(timer);
        },
      };
    },
  };
}
