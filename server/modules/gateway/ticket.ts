import { isPassingFault } from '../../kernel/database-faults.ts';
import type { Log } from '../../kernel/log.ts';
import { internalError, Problem } from '../../kernel/problem.ts';
import type { UsageLine, UsageOutcome, UsageRow } from '../billing/index.ts';
import type { PricedModel } from '../catalog/index.ts';
import type { CachedKey } from './key-cache.ts';
import type { Receipt } from './receipt.ts';
import type { QuotaAmount } from '../identity/index.ts';
import { type KeyMeter, nothingHeld } from './key-meter.ts';
import { billableTokens, chargeMicros, usageLines } from './meter-request.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { RatePass } from './rate-desk.ts';
import type { RequestFacts } from './read-request.ts';
import { insufficientBalance } from '../wallet/index.ts';
import type { Booking, SettlementQueue } from './settlement-queue.ts';
import type { Estimate, TokenStatistics } from './token-statistics.ts';
import { allInputTokens, allOutputTokens, allTokens, type TokenUsage } from './usage.ts';
import type { Hold, WalletLeases } from './wallet-leases.ts';

/** How a request that reached an upstream ended. */
export interface Ending {
  readonly outcome: UsageOutcome;
  readonly usage: TokenUsage;
  readonly isEstimated: boolean;
  /** Until the first piece of a streamed answer went out; null where there was none. */
  readonly firstByteMs: number | null;
}

/** One admitted request with the money held for it, from before it is sent until it is in the books. */
export interface Ticket {
  readonly requestId: string;
  readonly facts: RequestFacts;
  readonly model: PricedModel;
  readonly estimate: Estimate;
  readonly hold: Hold;
  readonly startedAtMs: number;
  /**
   * Charges what was used and frees the rest. The first call decides, every later one answers the same. The verdict is
   * what the client hears.
   */
  finish(ending: Ending): BookedAnswer;
  /** The request was refused by the upstream: nothing happened, nothing is written down. */
  cancel(): void;
}

/** How an answer ended in the books. */
export interface BookedAnswer extends Omit<Booking, 'isGivenAway'> {
  /** Once there is a verdict; null where a mistake of ours kept the answer out of the books. */
  readonly receipt: Receipt | null;
}

export interface TicketDeps {
  readonly leases: WalletLeases;
  readonly meter: KeyMeter;
  readonly queue: SettlementQueue;
  readonly statistics: TokenStatistics;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
  /** Work that must be over before the gateway closes. */
  readonly pending: Set<Promise<void>>;
}

export interface TicketInput {
  readonly requestId: string;
  readonly key: CachedKey;
  readonly facts: RequestFacts;
  readonly model: PricedModel;
  readonly estimate: Estimate;
  readonly hold: Hold;
  readonly startedAt: Date;
  /** Given back when the request is over. */
  readonly ratePass: RatePass;
  /** Of the quotas of the key, in the meter. */
  readonly reserved: QuotaAmount;
}

/** Its tokens and money are reserved in the meter when it opens, and its money is held. */
export function openTicket(deps: TicketDeps, input: TicketInput): Ticket {
  const { key, facts, model, estimate, hold } = input;
  const { apiKeyId } = key.facts;
  const startedAtMs = performance.now();
  let isCancelled = false;
  let booking: BookedAnswer | null = null;
  let receipt: Receipt | null = null;

  async function queue(ending: Ending): Promise<Booking> {
    const costMicros = chargeMicros(ending.usage, model.prices);
    if (costMicros > hold.heldMicros) await coverCost(deps, hold, costMicros);
    const billed = billableTokens(ending.usage, model.prices, hold.heldMicros);
    const lines = usageLines(billed, model.prices);
    const charge = lines.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n);
    const spendings = deps.leases.spend(hold, charge);
    deps.meter.finish(apiKeyId, input.reserved, { tokens: allTokens(billed), micros: Number(charge) });
    input.ratePass.leave(allTokens(ending.usage));
    count(deps.metrics, facts.modelId, ending, billed);
    receipt = { chargeMicros: charge, usage: billed };
    return deps.queue.push({
      spendings,
      tokens: { input: allInputTokens(billed), output: allOutputTokens(billed) },
      usage: usageRow(input, ending, lines, performance.now() - startedAtMs),
    });
  }
  function release(): void {
    deps.leases.spend(hold, 0n);
    deps.meter.finish(apiKeyId, input.reserved, nothingHeld);
    input.ratePass.leave(0);
  }
  function book(ending: Ending): BookedAnswer {
    let isUnwanted = false;
    let queued: Booking | null = null;
    const queuing = queue(ending).then((booking) => {
      queued = booking;
      if (isUnwanted) booking.withdraw();
    });
    deps.pending.add(queuing);
    // A failure is reported by the verdict, below.
    void queuing.finally(() => deps.pending.delete(queuing)).catch(() => {});
    const verdict = queuing.then(
      () => queued?.verdict ?? null,
      (error: unknown) => {
        // A mistake of ours in one request must not take the process, and all requests, with it.
        deps.log.error({ err: error, requestId: input.requestId }, 'request not ended');
        release();
        return internalError();
      },
    );
    return {
      verdict,
      withdraw() {
        isUnwanted = true;
        queued?.withdraw();
      },
      get receipt() {
        return receipt !== null && queued?.isGivenAway === true ? { ...receipt, chargeMicros: 0n } : receipt;
      },
    };
  }

  return {
    requestId: input.requestId,
    facts,
    model,
    estimate,
    hold,
    startedAtMs,
    finish(ending) {
      if (booking !== null) return booking;
      if (ending.outcome === 'completed' && !ending.isEstimated) deps.statistics.learn(facts, ending.usage);
      booking = book(ending);
      return booking;
    },
    cancel() {
      if (isCancelled || booking !== null) return;
      isCancelled = true;
      release();
    },
  };
}

/** What a request counts of its key's quota while it runs. */
export function tokensOf({ inputTokens, outputTokens }: Estimate): number {
  return inputTokens + outputTokens;
}

/** An answer that cost more than was held takes the difference from the wallet, if the wallet has it. */
async function coverCost({ leases, log }: TicketDeps, hold: Hold, costMicros: bigint): Promise<void> {
  try {
    await leases.grow(hold, costMicros - hold.heldMicros);
  } catch (error) {
    // Without the money, or with a database that cannot tell, the tokens beyond the hold are given away.
    if (error instanceof Problem && error.code === insufficientBalance.code) return;
    if (!isPassingFault(error)) throw error;
    log.warn({ err: error }, 'hold not grown, the rest of the answer is given away');
  }
}

function usageRow(
  input: TicketInput,
  ending: Ending,
  lines: readonly UsageLine[],
  durationMs: number,
): UsageRow {
  const { apiKeyId, userId, tenantId } = input.key.facts;
  return {
    requestId: input.requestId,
    tenantId,
    userId,
    apiKeyId,
    sku: input.facts.modelId,
    priceVersionId: input.model.versionId,
    lines,
    isEstimated: ending.isEstimated,
    isStreamed: input.facts.isStreamed,
    outcome: ending.outcome,
    startedAt: input.startedAt,
    durationMs: Math.round(durationMs),
    endpoint: input.facts.endpoint,
    firstByteMs: ending.firstByteMs,
  };
}

function count(metrics: GatewayMetrics, model: string, ending: Ending, billed: TokenUsage): void {
  metrics.requests.inc({ model, outcome: ending.outcome });
  if (ending.isEstimated) metrics.estimated.inc({ model });
  const given = allTokens(ending.usage) - allTokens(billed);
  if (given > 0) metrics.unbilledTokens.inc({ model }, given);
}
