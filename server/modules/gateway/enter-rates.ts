import type { ServerResponse } from 'node:http';
import type { ApiKeyFacts } from '../identity/index.ts';
import type { Gateway } from './gateway.ts';
import { freePass, type RateDesk, type RatePass } from './rate-desk.ts';
import { type RateHeaderStyle, rateHeaders } from './rate-headers.ts';
import { type Left, type RateStanding, type RateSubject, tighter } from './rate-limits.ts';

export interface EnterRates {
  readonly key: ApiKeyFacts;
  readonly modelId: string;
  /** That the request is expected to use. */
  readonly tokens: number;
  readonly response: ServerResponse;
  readonly style: RateHeaderStyle;
}

/**
 * Takes what a request needs of every limit it is under, and says in its answer what is left of the tightest.
 * @throws `gateway.rate_limit_exceeded`, and nothing is taken.
 */
export async function enterRates(gateway: Gateway, input: EnterRates): Promise<RatePass> {
  const { key, modelId, tokens, response, style } = input;
  const book = await gateway.rateLimits.get();
  const subjects = subjectsOf(key, modelId, book.limitsOf(key.tenantId, modelId));
  if (subjects.length === 0) return freePass;
  try {
    return await enterAll(gateway.rates, subjects, tokens);
  } finally {
    const standing = tightest(subjects.map((subject) => gateway.rates.standing(subject)));
    for (const [name, value] of rateHeaders(style, standing, gateway.nowMs()))
      response.setHeader(name, value);
  }
}

function subjectsOf(
  { apiKeyId, rateLimits, tenantId }: ApiKeyFacts,
  modelId: string,
  ofAccount: RateSubject['limits'] | null,
): RateSubject[] {
  return [
    ...(rateLimits === null ? [] : [{ id: apiKeyId, name: 'this API key', limits: rateLimits }]),
    ...(ofAccount === null
      ? []
      : [{ id: `${tenantId} ${modelId}`, name: `the model ${modelId} in this account`, limits: ofAccount }]),
  ];
}

/** One after the other, always in one order. What was taken of the first goes back when the second refuses. */
async function enterAll(
  rates: RateDesk,
  subjects: readonly RateSubject[],
  tokens: number,
): Promise<RatePass> {
  const passes: RatePass[] = [];
  try {
    for (const subject of subjects) passes.push(await rates.enter(subject, tokens));
  } catch (error) {
    for (const pass of passes) pass.undo();
    throw error;
  }
  return {
    leave: (usedTokens) => passes.forEach((pass) => pass.leave(usedTokens)),
    undo: () => passes.forEach((pass) => pass.undo()),
  };
}

function tightest(standings: readonly RateStanding[]): RateStanding {
  const of = (name: keyof RateStanding) =>
    standings.map((standing) => standing[name]).reduce<Left | null>(tighter, null);
  return { requests: of('requests'), tokens: of('tokens') };
}
