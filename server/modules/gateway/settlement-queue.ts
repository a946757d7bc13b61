import { isPassingFault } from '../../kernel/database-faults.ts';
import type { Log } from '../../kernel/log.ts';
import { type Problem, unavailable } from '../../kernel/problem.ts';
import { CommitInDoubt, type Settlement } from './settlement.ts';

/**
 * `strict`: the client receives the end when the charge is in the books. `standard`: at once, as long as the oldest
 * charge that is not in the books is younger than `mostUnbookedMs`; after that the client waits as in `strict`.
 */
export type Durability = 'strict' | 'standard';

/** What a crash may lose in `standard`: the charges of answers that ended within this span of each other. */
export const mostUnbookedMs = 250;

/** The charge of one finished request and what the client may hear: one decision. */
export interface Booking {
  /** Null: send the answer. A problem: nothing is charged and nothing will be, so refuse with it. */
  readonly verdict: Promise<Problem | null>;
  /**
   * Asks for the charge to be dropped. That happens as soon as it is certain that it is not in the books; if it turns
   * out to be there, the verdict is to send the answer, however late.
   */
  withdraw(): void;
  /** The books have refused it, and the answer costs nothing. */
  readonly isGivenAway: boolean;
}

export interface SettlementQueue {
  push(settlement: Settlement): Booking;
  /** So much waits that nothing more may be started: the database is away or too slow. */
  readonly isFull: boolean;
  /** Settles what waits now. Resolves when it is in the books, or has failed and will be tried again. */
  flush(): Promise<void>;
  /** Settles everything, trying again for a while. */
  close(): Promise<void>;
}

export interface SettlementQueueDeps {
  readonly durability: Durability;
  readonly settle: (batch: readonly Settlement[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly onSettled: (settled: readonly Settlement[], seconds: number) => void;
  /** Nothing is charged for it: the client was refused, or the books refuse it and it is given away. */
  readonly onDropped: (settlement: Settlement, reason: 'withdrawn' | 'given_away') => void;
}

interface Entry {
  readonly settlement: Settlement;
  readonly pushedAtMs: number;
  readonly tell: (verdict: Problem | null) => void;
  isTold: boolean;
  isUnwanted: boolean;
  /** A transaction with it is running. */
  isSent: boolean;
  /** A commit with it was not answered. */
  isInDoubt: boolean;
  isGivenAway: boolean;
}

const flushEveryMs = 50;
const maxRowsPerFlush = 500;
/** About 20 MB. Requests in flight still fit when it is reached. */
const maxWaiting = 20_000;
const longestPauseMs = 5_000;
const closeAttempts = 5;

/** Collects finished requests and settles many of them in one transaction. */
export function createSettlementQueue(deps: SettlementQueueDeps): SettlementQueue {
  const { durability, log } = deps;
  /** Oldest first, those of a running transaction included. */
  let waiting: Entry[] = [];
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let batchSize = maxRowsPerFlush;

  function flush(): Promise<void> {
    running ??= flushWaiting().finally(() => {
      running = null;
      if (waiting.length > 0) flushLater();
    });
    return running;
  }
  async function flushWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      const startedAtMs = performance.now();
      for (const entry of batch) entry.isSent = true;
      try {
        await deps.settle(batch.map(({ settlement }) => settlement));
      } catch (error) {
        const isPassing = error instanceof CommitInDoubt || isPassingFault(error);
        log.error({ err: error, waiting: waiting.length, rows: batch.length }, 'usage not settled');
        for (const entry of batch) {
          entry.isSent = false;
          entry.isInDoubt ||= error instanceof CommitInDoubt;
        }
        if (isPassing) failures += 1;
        dropUnwanted();
        if (isPassing) return;
        narrow(batch);
        continue;
      }
      failures = 0;
      batchSize = Math.min(maxRowsPerFlush, batchSize * 2);
      waiting = waiting.slice(batch.length);
      deps.onSettled(
        batch.map(({ settlement }) => settlement),
        (performance.now() - startedAtMs) / 1000,
      );
      for (const entry of batch) tell(entry, null);
    }
  }
  /** One request that the books refuse must not keep others out: halves the batch until it stands alone. */
  function narrow(batch: readonly Entry[]): void {
    const [alone] = batch;
    batchSize = Math.max(1, Math.floor(batch.length / 2));
    if (batch.length > 1 || alone === undefined || waiting[0] !== alone) return;
    waiting = waiting.slice(1);
    const { requestId, sku } = alone.settlement.usage;
    log.error({ requestId, sku }, 'usage given away: the books refuse it');
    alone.isGivenAway = true;
    deps.onDropped(alone.settlement, 'given_away');
    tell(alone, null);
  }
  function dropUnwanted(): void {
    const dropped = waiting.filter((entry) => entry.isUnwanted && isCertainlyUnbooked(entry));
    waiting = waiting.filter((entry) => !dropped.includes(entry));
    for (const entry of dropped) {
      deps.onDropped(entry.settlement, 'withdrawn');
      tell(entry, unavailable());
    }
  }
  function flushLater(): void {
    const pauseMs = Math.min(longestPauseMs, flushEveryMs * 2 ** failures);
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, pauseMs).unref();
  }
  function mayTellAtOnce(entry: Entry): boolean {
    const oldest = waiting[0] ?? entry;
    return durability === 'standard' && entry.pushedAtMs - oldest.pushedAtMs < mostUnbookedMs;
  }

  return {
    push(settlement) {
      let tellClient: (verdict: Problem | null) => void = () => {};
      const verdict = new Promise<Problem | null>((resolve) => {
        tellClient = resolve;
      });
      const entry: Entry = {
        settlement,
        pushedAtMs: deps.nowMs(),
        tell: tellClient,
        isTold: false,
        isUnwanted: false,
        isSent: false,
        isInDoubt: false,
        isGivenAway: false,
      };
      if (mayTellAtOnce(entry)) tell(entry, null);
      // With nothing left to try again, this request need not wait for the pause.
      if (waiting.length === 0) failures = 0;
      waiting.push(entry);
      const isDue = durability === 'strict' || waiting.length >= maxRowsPerFlush;
      if (isDue && failures === 0) void flush();
      else flushLater();
      return {
        verdict,
        withdraw() {
          entry.isUnwanted = true;
          dropUnwanted();
        },
        get isGivenAway() {
          return entry.isGivenAway;
        },
      };
    },
    get isFull() {
      return waiting.length >= maxWaiting;
    },
    flush,
    async close() {
      for (let attempt = 0; attempt < closeAttempts && waiting.length > 0; attempt += 1) await flush();
      if (timer !== null) clearTimeout(timer);
      if (waiting.length === 0) return;
      for (const entry of waiting) entry.isUnwanted = true;
      dropUnwanted();
      if (waiting.length > 0)
        log.error({ lost: waiting.length }, 'usage could not be settled before the end');
    },
  };
}

/** A client that has received the end must be charged, and what may be in the books cannot be taken back. */
function isCertainlyUnbooked({ isTold, isSent, isInDoubt }: Entry): boolean {
  return !isTold && !isSent && !isInDoubt;
}

function tell(entry: Entry, verdict: Problem | null): void {
  entry.isTold = true;
  entry.tell(verdict);
}
