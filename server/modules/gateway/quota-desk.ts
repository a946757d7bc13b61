import type { Log } from '../../kernel/log.ts';
import type { QuotaAmount } from '../identity/index.ts';
import { isNothing, type KeyMeter, nothingHeld } from './key-meter.ts';

/** The quotas of keys as the gateway needs them. @returns how many of the wanted may start. */
export type HoldQuota = (input: {
  readonly apiKeyId: string;
  readonly held: QuotaAmount;
  readonly wanted: readonly QuotaAmount[];
}) => Promise<number>;

/** Reserves tokens and money of keys that have a quota, so that it holds for all gateways together. */
export interface QuotaDesk {
  /** Reserves in the meter. @returns false when the quotas leave too little. */
  take(apiKeyId: string, amount: QuotaAmount): Promise<boolean>;
  /** Something of the key is in the books: soon the database learns what is still held. */
  changed(apiKeyId: string): void;
  /** Keeps what is held from expiring. */
  renew(): void;
  /** Writes down what is held at the end: nothing, once everything is in the books. */
  close(): Promise<void>;
}

interface Line {
  waiting: Waiter[];
  isChanged: boolean;
  /** What this gateway holds, as the database knows it; null where that is unsure. */
  known: QuotaAmount | null;
  serving: Promise<void> | null;
}

interface Waiter {
  readonly amount: QuotaAmount;
  readonly resolve: (mayStart: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

function newLine(): Line {
  return { waiting: [], isChanged: false, known: nothingHeld, serving: null };
}

/** Requests that come soon take the news along. */
const tellAfterMs = 100;

export function createQuotaDesk(hold: HoldQuota, meter: KeyMeter, log: Log): QuotaDesk {
  const lineByKey = new Map<string, Line>();

  /** Whether the database must hear from this gateway. What it keeps held for nothing is given back at once. */
  function isDue(apiKeyId: string, line: Line): boolean {
    const isHeldForNothing =
      line.known !== null && !isNothing(line.known) && isNothing(meter.heldOf(apiKeyId));
    return line.waiting.length > 0 || line.isChanged || isHeldForNothing;
  }

  /** One transaction at a time for a key: each says what is held, so an older one must not overtake a newer. */
  function serve(apiKeyId: string, line: Line): Promise<void> {
    if (!isDue(apiKeyId, line)) return Promise.resolve();
    line.serving ??= serveAll(apiKeyId, line);
    return line.serving;
  }
  async function serveAll(apiKeyId: string, line: Line): Promise<void> {
    while (isDue(apiKeyId, line)) {
      const batch = line.waiting;
      line.waiting = [];
      line.isChanged = false;
      line.known = null;
      const held = meter.heldOf(apiKeyId);
      try {
        const started = await hold({ apiKeyId, held, wanted: batch.map(({ amount }) => amount) });
        let known = held;
        for (const [at, { amount, resolve }] of batch.entries()) {
          if (at < started) {
            meter.reserve(apiKeyId, amount);
            known = { tokens: known.tokens + amount.tokens, micros: known.micros + amount.micros };
          }
          resolve(at < started);
        }
        line.known = known;
      } catch (error) {
        for (const { reject } of batch) reject(error);
        log.warn({ err: error, apiKeyId }, 'hold on a quota not written; it is renewed or expires');
      }
    }
    // In the same turn as the last look: a request that asks in the next one must not find it served.
    line.serving = null;
    if (isNothing(meter.heldOf(apiKeyId)) && line.known !== null && isNothing(line.known))
      lineByKey.delete(apiKeyId);
  }
  function tell(apiKeyId: string, line: Line): Promise<void> {
    line.isChanged = true;
    return serve(apiKeyId, line);
  }

  return {
    take(apiKeyId, amount) {
      const line = lineByKey.get(apiKeyId) ?? newLine();
      lineByKey.set(apiKeyId, line);
      return new Promise((resolve, reject) => {
        line.waiting.push({ amount, resolve, reject });
        void serve(apiKeyId, line);
      });
    },
    changed(apiKeyId) {
      const line = lineByKey.get(apiKeyId);
      if (line === undefined || line.isChanged) return;
      line.isChanged = true;
      setTimeout(() => void serve(apiKeyId, line), tellAfterMs).unref();
    },
    renew() {
      for (const [apiKeyId, line] of lineByKey) void tell(apiKeyId, line);
    },
    async close() {
      await Promise.all([...lineByKey].map(([apiKeyId, line]) => tell(apiKeyId, line)));
    },
  };
}
