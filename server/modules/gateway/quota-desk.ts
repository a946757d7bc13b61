import type { Log } from '../../kernel/log.ts';
import type { KeyMeter } from './key-meter.ts';

/** The quotas of keys as the gateway needs them. @returns how many of the wanted may start. */
export type HoldQuota = (input: {
  readonly apiKeyId: string;
  readonly heldTokens: number;
  readonly wanted: readonly number[];
}) => Promise<number>;

/** Reserves tokens of keys that have a quota, so that it holds for all gateways together. */
export interface QuotaDesk {
  /** Reserves in the meter. @returns false when nothing of the quota is left. */
  take(apiKeyId: string, tokens: number): Promise<boolean>;
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
  serving: Promise<void> | null;
}

interface Waiter {
  readonly tokens: number;
  readonly resolve: (mayStart: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/** Requests that come soon take the news along. */
const tellAfterMs = 100;

export function createQuotaDesk(hold: HoldQuota, meter: KeyMeter, log: Log): QuotaDesk {
  const lineByKey = new Map<string, Line>();

  /** One transaction at a time for a key: each says what is held, so an older one must not overtake a newer. */
  function serve(apiKeyId: string, line: Line): Promise<void> {
    line.serving ??= serveAll(apiKeyId, line).finally(() => {
      line.serving = null;
    });
    return line.serving;
  }
  async function serveAll(apiKeyId: string, line: Line): Promise<void> {
    while (line.waiting.length > 0 || line.isChanged) {
      const batch = line.waiting;
      line.waiting = [];
      line.isChanged = false;
      const heldTokens = meter.heldOf(apiKeyId);
      try {
        const started = await hold({ apiKeyId, heldTokens, wanted: batch.map(({ tokens }) => tokens) });
        for (const [at, { tokens, resolve }] of batch.entries()) {
          if (at < started) meter.reserve(apiKeyId, tokens);
          resolve(at < started);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
        log.warn({ err: error, apiKeyId }, 'hold on a quota not written; it is renewed or expires');
      }
    }
    if (meter.heldOf(apiKeyId) === 0) lineByKey.delete(apiKeyId);
  }
  function tell(apiKeyId: string, line: Line): Promise<void> {
    line.isChanged = true;
    return serve(apiKeyId, line);
  }

  return {
    take(apiKeyId, tokens) {
      const line = lineByKey.get(apiKeyId) ?? { waiting: [], isChanged: false, serving: null };
      lineByKey.set(apiKeyId, line);
      return new Promise((resolve, reject) => {
        line.waiting.push({ tokens, resolve, reject });
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
