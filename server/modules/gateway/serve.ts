import type { ServerResponse } from 'node:http';
import { minMicros } from '../../kernel/money.ts';
import { unavailable } from '../../kernel/problem.ts';
import type { PricedModel } from '../catalog/index.ts';
import { enterRates } from './enter-rates.ts';
import { startExchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { leaseNotRenewed } from './gateway-presence.ts';
import { affordableTokens, type HoldSize, holdSizeOf, sizesFor } from './hold-size.ts';
import { requireModel } from './key-rules.ts';
import type { QuotaAmount } from '../identity/index.ts';
import type { CachedKey } from './key-cache.ts';
import { nothingHeld } from './key-meter.ts';
import { requireEndpoint } from './kind-endpoints.ts';
import {
  forwardingLoop,
  invalidApiKey,
  keyQuotaExhausted,
  modelLoading,
  modelNotFound,
  recipientNotAccepted,
} from './problems.ts';
import type { Endpoint } from './endpoint-rules.ts';
import type { RateHeaderStyle } from './rate-headers.ts';
import { readRequest } from './read-request.ts';
import { answerCount, isCount, isCountedHere } from './protocols/messages/count-tokens.ts';
import { createPassages } from './protocols/passages.ts';
import type { FailureWords } from './protocols/protocol.ts';
import { openTicket, tokensOf } from './ticket.ts';
import type { Route } from './upstream-directory.ts';
import type { Hold } from './wallet-leases.ts';

export interface ServeInput {
  readonly endpoint: Endpoint;
  readonly requestId: string;
  readonly key: CachedKey;
  readonly body: Buffer;
  /** Gateways the request has passed before this one. */
  readonly via: string | undefined;
  readonly response: ServerResponse;
  readonly words: FailureWords;
  readonly rateHeaderStyle: RateHeaderStyle;
  /** Headers of the client for upstreams that speak its protocol. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** Called when everything is decided and the reply is the gateway's alone. */
  readonly takeOver: () => void;
}

/** Counting is free. */
const nothing = { inputTokens: 0, outputTokens: 0, usualOutputTokens: 0 };

/** Reads the request, holds money for it and sends it on. Everything that can be refused is refused before `takeOver`. */
export async function serve(gateway: Gateway, input: ServeInput): Promise<void> {
  refuseLoop(gateway, input.via);
  const facts = await readRequest(input.endpoint, input.body);
  requireModel(input.key.facts, facts.modelId);
  const offer = await findOffer(gateway, facts.modelId);
  if (gateway.queue.isFull) throw unavailable({ retryAfterSeconds: 5 });
  const { model } = offer;
  const passages = createPassages(facts, {
    own: { via: viaOf(gateway, input.via) },
    forwarded: input.forwarded,
    nowMs: gateway.nowMs(),
  });
  requireEndpoint(model.kind, facts.endpoint);
  const accepted = await acceptedRoutes(gateway, offer.routes, input.key.facts.userId);
  if (isCountedHere(facts, accepted)) {
    answerCount(input, facts);
    return;
  }
  const routes = passages.passable(accepted);
  const estimate = isCount(facts) ? nothing : gateway.statistics.estimate(facts, model.contextTokens);
  const size = holdSizeOf(facts, estimate, model.prices);
  const ratePass = await enterRates(gateway, {
    key: input.key.facts,
    modelId: facts.modelId,
    tokens: estimate.inputTokens + estimate.usualOutputTokens,
    response: input.response,
    style: input.rateHeaderStyle,
  });
  const { hold, reserved } = await reserve(gateway, input.key, tokensOf(estimate), size).catch(
    (error: unknown) => {
      ratePass.leave(0);
      throw error;
    },
  );
  input.takeOver();
  const startedAt = new Date(gateway.nowMs());
  const ticket = openTicket(gateway, {
    requestId: input.requestId,
    key: input.key,
    facts,
    model,
    estimate,
    hold,
    startedAt,
    ratePass,
    reserved,
  });
  const { userId, apiKeyId } = input.key.facts;
  startExchange(gateway, {
    userId,
    apiKeyId,
    ticket,
    routes,
    response: input.response,
    words: input.words,
    passages,
    maxOutputTokens:
      hold.heldMicros < size.neededMicros
        ? affordableTokens(facts, estimate, model.prices, hold.heldMicros)
        : null,
  });
}

/**
 * A model is offered when it has a price and an upstream. One that is being loaded answers soon; anything else
 * does not exist for customers.
 */
async function findOffer(
  gateway: Gateway,
  modelId: string,
): Promise<{ model: PricedModel; routes: readonly Route[] }> {
  const priceByModel = await gateway.prices.get();
  const routesByModel = await gateway.directory.routes();
  const model = priceByModel.get(modelId);
  const routes = routesByModel.get(modelId);
  if (model !== undefined && routes !== undefined) return { model, routes };
  if (gateway.directory.isAwaited(modelId)) throw modelLoading({ param: 'model', retryAfterSeconds: 2 });
  throw modelNotFound({ param: 'model' });
}

/**
 * Routes to the operator's own servers, and to companies that the policy this person accepted names (PIPL 23): what was
 * accepted before a recipient was added goes on without it.
 */
async function acceptedRoutes(
  gateway: Gateway,
  routes: readonly Route[],
  userId: string,
): Promise<readonly Route[]> {
  if (routes.every(({ upstream }) => upstream.recipient === null)) return routes;
  const accepted = await gateway.acceptedRecipients(userId);
  const allowed = routes.filter(
    ({ upstream: { recipient } }) => recipient === null || accepted.has(recipient),
  );
  if (allowed.length === 0) throw recipientNotAccepted({ param: 'model' });
  return allowed;
}

/** Takes the lease when the gateway is new, or tries to take it again. @throws `kernel.unavailable` without it. */
export async function requirePresence({ presence, log }: Gateway): Promise<void> {
  if (presence.isHeld) return;
  await presence.renew().catch((error: unknown) => log.warn({ err: error }, leaseNotRenewed));
  if (!presence.isHeld) throw unavailable({ retryAfterSeconds: 1 });
}

/** @throws for a key that may not be used now, or when this gateway has no lease. */
export function requireUsable(gateway: Gateway, { facts }: CachedKey): void {
  if (!gateway.presence.isHeld) throw unavailable({ retryAfterSeconds: 1 });
  // The facts may have been read before the person left.
  if (facts.isDisabled || gateway.gone.has(facts.userId))
    throw invalidApiKey({ detail: 'This API key is disabled.' });
  if (facts.expiresAt !== null && facts.expiresAt.getTime() <= gateway.nowMs())
    throw invalidApiKey({ detail: 'This API key has expired.' });
  // Without a period what is used never becomes less, so this needs no newer facts; what is left, the database says.
  if (facts.tokenQuota !== null && facts.quotaPeriod === null && facts.tokensUsed >= facts.tokenQuota)
    throw keyQuotaExhausted();
}

/** Since the key was read this gateway may have answered to an erasure that it has forgotten its person. */
async function requireNotForgotten(gateway: Gateway, { facts, epoch: readIn }: CachedKey): Promise<void> {
  for (let epoch = readIn; epoch !== gateway.keys.epoch;) {
    epoch = gateway.keys.epoch;
    if (!(await gateway.isStillThere(facts))) throw invalidApiKey({ detail: 'This API key is disabled.' });
  }
}

/**
 * Takes what a request needs of the quotas of its key, then the money, and looks at the key for the last time. What is
 * found then gives everything back.
 */
async function reserve(
  gateway: Gateway,
  key: CachedKey,
  tokens: number,
  size: HoldSize,
): Promise<{ hold: Hold; reserved: QuotaAmount }> {
  const { apiKeyId, tenantId, moneyQuotaMicros } = key.facts;
  const reserved = await takeQuota(gateway, key, tokens, size);
  const mostMicros = moneyQuotaMicros === null ? undefined : BigInt(reserved.micros);
  const neededMicros = minMicros(mostMicros ?? size.neededMicros, size.neededMicros);
  let hold: Hold | null = null;
  try {
    hold =
      gateway.leases.tryHold(tenantId, neededMicros) ??
      (await gateway.leases.hold(tenantId, neededMicros, size.whenShort));
    if (mostMicros !== undefined) hold.mostMicros = mostMicros;
    await requireNotForgotten(gateway, key);
    requireUsable(gateway, key);
    return { hold, reserved };
  } catch (error) {
    gateway.meter.finish(apiKeyId, reserved, nothingHeld);
    gateway.quotas.changed(apiKeyId);
    if (hold !== null) gateway.leases.spend(hold, 0n);
    throw error;
  }
}

async function takeQuota(
  { meter, quotas }: Gateway,
  { facts }: CachedKey,
  tokens: number,
  size: HoldSize,
): Promise<QuotaAmount> {
  const { apiKeyId, tokenQuota, moneyQuotaMicros } = facts;
  if (tokenQuota === null && moneyQuotaMicros === null) {
    const reserved = { tokens, micros: 0 };
    meter.reserve(apiKeyId, reserved);
    return reserved;
  }
  for (const micros of moneyQuotaMicros === null ? [0n] : sizesFor(size)) {
    const reserved = { tokens, micros: Number(micros) };
    if (await quotas.take(apiKeyId, reserved)) return reserved;
  }
  throw keyQuotaExhausted();
}

function viaOf({ instance }: Gateway, via: string | undefined): string {
  return [via, `1.1 ${instance}`].filter((part) => part !== undefined).join(', ');
}

/** An upstream may be another Candor; one that leads back here would go round until the wallet is empty. */
function refuseLoop(gateway: Gateway, via: string | undefined): void {
  if (via?.includes(gateway.instance) === true) throw forwardingLoop();
}
