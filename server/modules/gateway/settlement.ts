import type { Ctx } from '../../kernel/context.ts';
import { inTransaction, isConnectionLost } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { recordUsage, type UsageRow } from '../billing/index.ts';
import { addTokensUsed } from '../identity/index.ts';
import { chargeUsage, type UsageCharge } from '../wallet/index.ts';
import type { LeaseSpending } from './wallet-leases.ts';

/** A finished request on its way into the books. */
export interface Settlement {
  readonly usage: UsageRow;
  readonly spendings: readonly LeaseSpending[];
  /** Called when it is in the books, or never will be. */
  readonly onBooked: () => void;
}

/**
 * `strict`: whoever finishes waits for the books, so what waits is settled at once, together with all that arrived
 * while the last settlement ran. `standard`: nobody waits, so ten settlements a second are enough.
 */
export type Durability = 'strict' | 'standard';

export interface SettlementQueue {
  readonly durability: Durability;
  push(settlement: Settlement): void;
  /** So much waits that nothing more may be started: the database is away or too slow. */
  readonly isFull: boolean;
  /** Settles what waits now. Resolves when it is in the books, or has failed and will be tried again. */
  flush(): Promise<void>;
  /** Settles everything, trying again for a while. */
  close(): Promise<void>;
}

export interface SettlementEvents {
  readonly onSettled: (settled: readonly Settlement[]) => void;
  /** Cannot be booked, however often it is tried: nothing is charged for it. */
  readonly onGivenUp: (settlement: Settlement) => void;
  readonly onFlush: (rows: number, seconds: number) => void;
}

const flushEveryMs = 100;
const maxRowsPerFlush = 500;
/** About 20 MB. Requests in flight still fit when it is reached. */
const maxWaiting = 20_000;
const longestPauseMs = 5_000;
const closeAttempts = 5;
/** For a single request that fails although the database answers. */
const maxAttempts = 6;

/** Collects finished requests and settles many of them in one transaction. */
export function createSettlementQueue(
  ctx: Ctx,
  durability: Durability,
  events: SettlementEvents,
): SettlementQueue {
  let waiting: Settlement[] = [];
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let batchSize = maxRowsPerFlush;
  const attemptsAlone = new WeakMap<Settlement, number>();

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
      const startedAt = performance.now();
      try {
        await settle(ctx, batch);
      } catch (error) {
        failures += 1;
        ctx.log.error(
          { err: error, waiting: waiting.length, rows: batch.length },
          'usage not settled, trying again',
        );
        if (!isConnectionLost(error)) narrow(batch);
        return;
      }
      failures = 0;
      batchSize = Math.min(maxRowsPerFlush, batchSize * 2);
      waiting = waiting.slice(batch.length);
      events.onFlush(batch.length, (performance.now() - startedAt) / 1000);
      events.onSettled(batch);
      for (const { onBooked } of batch) onBooked();
    }
  }
  /** One request that cannot be booked must not keep others out: halves the batch until it stands alone at the end. */
  function narrow(batch: readonly Settlement[]): void {
    const [alone] = batch;
    batchSize = Math.max(1, Math.floor(batch.length / 2));
    if (batch.length > 1 || alone === undefined) return;
    const attempts = (attemptsAlone.get(alone) ?? 0) + 1;
    attemptsAlone.set(alone, attempts);
    waiting = waiting.slice(1);
    failures = 0;
    if (attempts < maxAttempts) {
      waiting.push(alone);
      return;
    }
    ctx.log.error({ requestId: alone.usage.requestId, modelId: alone.usage.modelId }, 'usage given up');
    events.onGivenUp(alone);
    alone.onBooked();
  }
  function flushLater(): void {
    const pauseMs = failures === 0 ? flushEveryMs : Math.min(longestPauseMs, flushEveryMs * 2 ** failures);
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, pauseMs).unref();
  }

  return {
    durability,
    push(settlement) {
      waiting.push(settlement);
      const isDue = durability === 'strict' || waiting.length >= maxRowsPerFlush;
      if (isDue && failures === 0) void flush();
      else flushLater();
    },
    get isFull() {
      return waiting.length >= maxWaiting;
    },
    flush,
    async close() {
      for (let attempt = 0; attempt < closeAttempts && waiting.length > 0; attempt += 1) await flush();
      if (timer !== null) clearTimeout(timer);
      if (waiting.length > 0)
        ctx.log.error({ lost: waiting.length }, 'usage could not be settled before the end');
    },
  };
}

/**
 * One transaction for usage, charges and quotas. What it charges follows from which rows were new, so a batch whose
 * first commit went through unnoticed is recorded and charged once.
 */
async function settle(ctx: Ctx, batch: readonly Settlement[]): Promise<void> {
  await inTransaction(ctx, 'settlement', async (ctx) => {
    const newIds = await recordUsage(
      ctx,
      batch.map(({ usage }) => usage),
    );
    const isNew = batch.filter(({ usage }) => newIds.has(usage.requestId));
    await chargeUsage(ctx, chargesOf(isNew));
    await addTokensUsed(ctx, tokensByKey(isNew));
  });
}

/** One charge per lease, however many requests spent from it. */
function chargesOf(settlements: readonly Settlement[]): UsageCharge[] {
  const chargeByLease = new Map<string, { tenantId: string; micros: bigint }>();
  for (const { usage, spendings } of settlements) {
    for (const { leaseId, micros } of spendings) {
      const earlier = chargeByLease.get(leaseId)?.micros ?? 0n;
      chargeByLease.set(leaseId, { tenantId: usage.tenantId, micros: earlier + micros });
    }
  }
  return [...chargeByLease].map(([holdId, { tenantId, micros }]) => {
    const chargeId = newId('transfer');
    return {
      chargeId,
      tenantId,
      holdId,
      amountMicros: micros,
      to: 'revenue:models',
      refType: 'model_usage',
      refId: holdId,
    };
  });
}

function tokensByKey(settlements: readonly Settlement[]): { apiKeyId: string; tokens: number }[] {
  const tokensBy = new Map<string, number>();
  for (const { usage } of settlements) {
    tokensBy.set(
      usage.apiKeyId,
      (tokensBy.get(usage.apiKeyId) ?? 0) + usage.inputTokens + usage.outputTokens,
    );
  }
  return [...tokensBy].map(([apiKeyId, tokens]) => ({ apiKeyId, tokens }));
}
