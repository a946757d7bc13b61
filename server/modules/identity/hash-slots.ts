import { unavailable } from '../../kernel/problem.ts';

export interface HashSlotOptions {
  readonly running: number;
  readonly waiting: number;
  readonly waitingPerRequester: number;
}

/** Whose work it is. A known requester is logged in, or uses a browser with an earlier log-in. */
export interface HashRequester {
  readonly key: string;
  readonly isKnown: boolean;
}

interface Waiting {
  readonly requester: HashRequester;
  readonly start: () => void;
}

/**
 * Lets a few password hashes run at once. Strangers wait in a short queue with a share for each, and known requesters go
 * first, so that a flood of log-ins costs strangers their patience and not the processor.
 */
export function createHashSlots({ running, waiting, waitingPerRequester }: HashSlotOptions) {
  const queue: Waiting[] = [];
  let active = 0;

  function startNext(): void {
    const known = queue.findIndex(({ requester }) => requester.isKnown);
    const [next] = queue.splice(Math.max(known, 0), 1);
    next?.start();
  }
  /** @throws `kernel.unavailable` when the queue, or the requester's share of it, is full. */
  function waitForTurn(requester: HashRequester): Promise<void> {
    const own = queue.filter((one) => one.requester.key === requester.key).length;
    const lane = queue.filter((one) => one.requester.isKnown === requester.isKnown).length;
    if (own >= waitingPerRequester || lane >= waiting) throw unavailable({ retryAfterSeconds: 1 });
    return new Promise((start) => queue.push({ requester, start }));
  }

  return {
    async run<T>(requester: HashRequester, work: () => Promise<T>): Promise<T> {
      if (active >= running) await waitForTurn(requester);
      else active += 1;
      try {
        return await work();
      } finally {
        // The slot goes straight to the next in the queue, so that a newcomer cannot overtake it.
        if (queue.length > 0) startNext();
        else active -= 1;
      }
    },
  };
}
