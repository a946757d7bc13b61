import type { Ctx } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { listen } from '../../kernel/listen.ts';
import { unavailable } from '../../kernel/problem.ts';
import { holdQuota } from '../identity/index.ts';
import { catalogChangedChannel, loadPriceBook, type PricedModel } from '../catalog/index.ts';
import type { Policies } from '../privacy/index.ts';
import { type Admission, createAdmission } from './admission.ts';
import { type CachedValue, createCachedValue } from './cached-value.ts';
import { createDrains } from './drains.ts';
import type { Exchange, ExchangeDeps, Finishing } from './exchange.ts';
import { findGone } from './find-gone.ts';
import { memorySink } from './forget-person.ts';
import type { GatewayLimits, GatewayOptions } from './gateway-options.ts';
import { createGatewayPresence, type GatewayPresence, leaseNotRenewed } from './gateway-presence.ts';
import { emptied, every } from './in-time.ts';
import { createKeyCache, type KeyCache } from './key-cache.ts';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { invalidApiKey } from './problems.ts';
import { createKeyMeter, type KeyMeter } from './key-meter.ts';
import { createQuotaDesk, type QuotaDesk } from './quota-desk.ts';
import { createGatewayMetrics, type GatewayMetrics } from './metrics.ts';
import { deleteOldRates, openRates } from './rate-counters.ts';
import type { RateDesk } from './rate-desk.ts';
import { loadRateLimits, type RateLimitBook, rateLimitsChangedChannel } from './rate-limit-book.ts';
import type { KeySeal } from './sealed-key.ts';
import { countedUse, settle } from './settlement.ts';
import { createSettlementQueue, type Durability, type SettlementQueue } from './settlement-queue.ts';
import type { TicketDeps } from './ticket.ts';
import { createTokenStatistics, type TokenStatistics } from './token-statistics.ts';
import { createUpstreamDirectory, type UpstreamDirectory } from './upstream-directory.ts';
import type { UpstreamReach } from './upstream-reach.ts';
import { forgetChannel } from './until-gateways-forgot.ts';
import { upstreamsChangedChannel } from './upstream-view.ts';
import { leaseEnd, twice, walletBank } from './wallet-bank.ts';
import { createWalletLeases, type WalletLeases } from './wallet-leases.ts';

/** Everything the model routes share in one process. */
export interface Gateway extends ExchangeDeps, TicketDeps {
  readonly keys: KeyCache;
  readonly meter: KeyMeter;
  readonly quotas: QuotaDesk;
  readonly rates: RateDesk;
  readonly rateLimits: CachedValue<RateLimitBook>;
  readonly prices: CachedValue<ReadonlyMap<string, PricedModel>>;
  readonly directory: UpstreamDirectory;
  readonly leases: WalletLeases;
  readonly queue: SettlementQueue;
  readonly statistics: TokenStatistics;
  /** Keys of the companies a person agreed to have their prompts sent to. */
  readonly acceptedRecipients: Policies['acceptedRecipients'];
  readonly metrics: GatewayMetrics;
  readonly admission: Admission;
  /** Persons whose access was closed lately: what was admitted before must not begin. */
  readonly gone: Pick<ReadonlySet<string>, 'has'>;
  readonly presence: GatewayPresence;
  /** Whether the key may still be used and its person is not erased, read now. */
  readonly isStillThere: (key: { readonly userId: string; readonly apiKeyId: string }) => Promise<boolean>;
  readonly limits: GatewayLimits;
  /** Named in the `via` of requests to upstreams, so that one that comes back is recognised. */
  readonly instance: string;
  /** Lets what is being served end, then breaks it off; brings everything into the books and gives back the leases. */
  close(): Promise<void>;
  /** The first half of closing: until nothing is served any more. */
  drain(): Promise<void>;
}

const renewEveryMs = 30_000;
const sweepEveryMs = 600_000;
const returnEveryMs = 1_000;
/** Should a notification be lost, an answer to a person who is gone goes on this long at most. */
const lookEveryMs = 10_000;
const apiKeyChangedChannel = 'api_key_changed';
const accessClosedChannel = 'access_closed';
/** Longer ago their keys are no longer known here. */
const maxGone = 10_000;

export function createGateway(
  ctx: Ctx,
  databaseUrl: string,
  seal: KeySeal,
  reach: UpstreamReach,
  options: GatewayOptions & {
    readonly metrics: Registry;
    readonly durability: Durability;
    /** How long a finished answer waits for its charge before it is refused and not charged. */
    readonly bookPatienceMs: number;
    readonly keepAliveMs: number;
    readonly acceptedRecipients: Gateway['acceptedRecipients'];
  },
): Gateway {
  const nowMs = () => ctx.clock.now().getTime();
  const admission = createAdmission(options.admission);
  const metrics = createGatewayMetrics(options.metrics, () => admission.inFlight);
  const meter = createKeyMeter();
  const keys = createKeyCache(ctx);
  const instance = newId('req');
  const quotas = createQuotaDesk(
    (input) => twice(() => holdQuota(ctx, { ...input, holder: instance, until: leaseEnd(ctx) })),
    meter,
    ctx.log,
  );
  const rates = openRates(ctx, instance);
  const rateLimits = createCachedValue(ctx.clock, () => loadRateLimits(ctx));
  const prices = createCachedValue<ReadonlyMap<string, PricedModel>>(ctx.clock, () => loadPriceBook(ctx));
  const directory = createUpstreamDirectory(ctx, seal, reach);
  const leases = createWalletLeases(walletBank(ctx), ctx.log, nowMs);
  const queue = createSettlementQueue({
    durability: options.durability,
    settle: (batch) => settle(ctx, batch),
    nowMs: () => performance.now(),
    log: ctx.log,
    onSettled(settled, seconds) {
      metrics.settledRows.inc(settled.length);
      metrics.settlementSeconds.observe(seconds);
      for (const settlement of settled) {
        const { usage, tokens, spendings } = settlement;
        leases.settled(spendings);
        meter.settled(usage.apiKeyId, countedUse(settlement));
        quotas.changed(usage.apiKeyId);
        metrics.tokens.inc({ model: usage.sku, direction: 'input' }, tokens.input);
        metrics.tokens.inc({ model: usage.sku, direction: 'output' }, tokens.output);
      }
    },
    onDropped(settlement, reason) {
      const { usage, spendings } = settlement;
      const used = countedUse(settlement);
      // The money stays in the lease and goes back to its owner with it.
      leases.settled(spendings);
      meter.settled(usage.apiKeyId, used);
      quotas.changed(usage.apiKeyId);
      if (reason === 'withdrawn') metrics.withdrawn.inc({ model: usage.sku });
      else metrics.unbilledTokens.inc({ model: usage.sku }, used.tokens);
    },
  });
  const running = new Set<Exchange>();
  const finishing = new Set<Finishing>();
  const pending = new Set<Promise<void>>();

  const gone = new LRUCache<string, true>({ max: maxGone });
  /** Ends everything that is being answered to a person, in whichever process their access was closed. */
  function endOf(userId: string): void {
    gone.set(userId, true);
    for (const exchange of running)
      if (exchange.userId === userId) exchange.breakOff(invalidApiKey(), 'stopped');
  }

  /** Ends what is being answered to persons whose end this process may not have heard of. */
  async function endUnheard(): Promise<void> {
    const looked = [...running, ...finishing];
    if (looked.length === 0) return;
    const { isErased, isGone } = await findGone(ctx, looked);
    for (const one of looked) if (isErased(one)) endOf(one.userId);
    for (const exchange of running) if (isGone(exchange)) exchange.breakOff(invalidApiKey(), 'stopped');
    // Of an answer that is being booked the end may still be sent.
    await Promise.all([...finishing].filter(isErased).map(({ told }) => told));
  }
  const lookForUnheard = () =>
    endUnheard().catch((error: unknown) => ctx.log.warn({ err: error }, 'running answers not looked over'));
  const presence = createGatewayPresence(ctx, {
    id: instance,
    limits: options.presence,
    async forget() {
      keys.clear();
      rateLimits.invalidate();
      // What had passed its last look at the key is running in the next turn.
      await new Promise(setImmediate);
      await endUnheard();
    },
    onLost() {
      ctx.log.error('this gateway has lost its lease: it answers nothing until the database is back');
      for (const exchange of running) exchange.breakOff(unavailable(), 'stopped');
      rates.forgetPlaces();
    },
  });
  /** Without a lease nothing is answered, so there is nothing to forget. */
  function answerErasures(): void {
    if (!presence.isHeld) return;
    presence.renew().catch((error: unknown) => ctx.log.warn({ err: error }, leaseNotRenewed));
  }

  const listener = listen(
    databaseUrl,
    ctx.log,
    [
      apiKeyChangedChannel,
      accessClosedChannel,
      catalogChangedChannel,
      upstreamsChangedChannel,
      rateLimitsChangedChannel,
      forgetChannel,
    ],
    (channel, payload) => {
      if (channel === apiKeyChangedChannel) {
        keys.forget(payload);
        // What is being answered to a key that was disabled or deleted ends too.
        if ([...running].some((exchange) => exchange.apiKeyId === payload)) void lookForUnheard();
      } else if (channel === accessClosedChannel) endOf(payload);
      else if (channel === catalogChangedChannel) prices.invalidate();
      else if (channel === rateLimitsChangedChannel) rateLimits.invalidate();
      else if (channel === forgetChannel) answerErasures();
      else directory.invalidate();
    },
    () => {
      keys.clear();
      prices.invalidate();
      rateLimits.invalidate();
      directory.invalidate();
      void lookForUnheard();
      answerErasures();
    },
  );
  const timers = [
    every(returnEveryMs, () => leases.returnIdle()),
    every(lookEveryMs, lookForUnheard),
    every(renewEveryMs, async () => quotas.renew()),
    every(renewEveryMs, async () => rates.sweep()),
    every(sweepEveryMs, () => deleteOldRates(ctx)),
    every(renewEveryMs, () =>
      leases.renew().catch((error: unknown) => ctx.log.warn({ err: error }, 'leases not renewed')),
    ),
  ];

  const sink = memorySink({
    clear: () => keys.clear(),
    countOf: (userId) =>
      keys.countOf(userId) + [...running].filter((exchange) => exchange.userId === userId).length,
    endOf,
  });
  ctx.product.sinks.add(sink);

  async function drain(): Promise<void> {
    await emptied(running, options.patienceMs);
    for (const exchange of running) exchange.breakOff(unavailable(), 'stopped');
  }

  return {
    keys,
    meter,
    quotas,
    rates,
    rateLimits,
    prices,
    directory,
    leases,
    queue,
    metrics,
    running,
    finishing,
    presence,
    isStillThere: async (key) => !(await findGone(ctx, [key])).isGone(key),
    gone,
    pending,
    nowMs,
    drain,
    acceptedRecipients: options.acceptedRecipients,
    statistics: createTokenStatistics(),
    drains: createDrains(),
    log: ctx.log,
    limits: options.limits,
    bookPatienceMs: options.bookPatienceMs,
    keepAliveMs: options.keepAliveMs,
    admission,
    instance,
    async close() {
      for (const timer of timers) clearInterval(timer);
      ctx.product.sinks.remove(sink);
      await drain();
      await Promise.allSettled(pending);
      await queue.close();
      await presence.close();
      await leases.close();
      await quotas.close();
      await listener.close();
      await directory.close();
    },
  };
}
