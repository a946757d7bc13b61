import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createNetworkMatch } from '../../kernel/client-address.ts';
import type { ApiKeyFacts } from '../identity/index.ts';
import { modelNotAllowed, networkNotAllowed, originNotAllowed } from './problems.ts';

const matchByFacts = new WeakMap<ApiKeyFacts, (address: string) => boolean>();

/** @throws `gateway.network_not_allowed` when the key may not be used from this address. */
export function requireNetwork(facts: ApiKeyFacts, address: string): void {
  if (facts.allowedNetworks === null) return;
  const matches = matchByFacts.get(facts) ?? createNetworkMatch(facts.allowedNetworks);
  matchByFacts.set(facts, matches);
  if (!matches(address)) throw networkNotAllowed();
}

/** Whether the key may call a model. */
export function mayCall({ allowedModels }: ApiKeyFacts, modelId: string): boolean {
  return allowedModels === null || allowedModels.includes(modelId);
}

/** @throws `gateway.model_not_allowed` */
export function requireModel(facts: ApiKeyFacts, modelId: string): void {
  if (!mayCall(facts, modelId)) throw modelNotAllowed({ param: 'model' });
}

/**
 * Lets a page of an allowed origin read the answer. A page of another one could not, so its request is refused before it
 * costs anything. Programs send no origin; some that are no browsers do, without saying where their page is from.
 * @throws `gateway.origin_not_allowed`
 */
export function requireOrigin(
  { allowedOrigins }: ApiKeyFacts,
  { origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  response: ServerResponse,
): void {
  if (origin === undefined || site === 'same-origin') return;
  if (allowedOrigins === null) {
    if (site === 'cross-site' || site === 'same-site') throw originNotAllowed();
    return;
  }
  if (!allowedOrigins.includes(origin)) throw originNotAllowed();
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', '*');
  response.setHeader('vary', 'origin');
}

/**
 * A browser sends no key when it asks whether it may send one, so every page is answered alike: which pages a key allows
 * is found out by calling with it.
 */
export const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST',
  // The star does not stand for it.
  'access-control-allow-headers': 'authorization, *',
  'access-control-max-age': '7200',
} as const;
