import type { TakeRates, TakenRates } from './rate-counters.ts';
import {
  type LimitName,
  type RateLimits,
  type RateStanding,
  type RateSubject,
  windowMs,
} from './rate-limits.ts';

/** What one gateway has taken of the limits of a subject, and the requests that wait for more. */
export interface RateLine {
  readonly subjectId: string;
  limits: RateLimits;
  windowFromMs: number;
  /** Taken of this window and not used. */
  requests: number;
  /** Below zero: owed, because answers used more than was expected of them. */
  tokens: number;
  /** By all gateways in this window, as the database said last. */
  allRequests: number;
  allTokens: number;
  /** Places for parallel requests: held, and in use. */
  places: number;
  usedPlaces: number;
  placesElsewhere: number;
  /** The database may know another number of places: what is held here could not be written. */
  isUnsure: boolean;
  readonly waiting: RateWaiter[];
  serving: Promise<void> | null;
  timer: NodeJS.Timeout | null;
}

export interface RateWaiter {
  readonly tokens: number;
  /** The database was asked for it, and it waits for places of other gateways. */
  isAsked: boolean;
  /** On the clock of `performance.now()`. */
  readonly waitsUntilMs: number;
  readonly resolve: (refusedBy: LimitName | null) => void;
  readonly reject: (error: unknown) => void;
}

export function newRateLine({ id, limits }: RateSubject): RateLine {
  return {
    subjectId: id,
    limits,
    windowFromMs: 0,
    requests: 0,
    tokens: 0,
    allRequests: 0,
    allTokens: 0,
    places: 0,
    usedPlaces: 0,
    placesElsewhere: 0,
    isUnsure: false,
    waiting: [],
    serving: null,
    timer: null,
  };
}

/** What was taken of an earlier window is gone; what is owed stays owed. */
export function turnWindow(line: RateLine, nowMs: number): void {
  if (nowMs < line.windowFromMs + windowMs) return;
  line.windowFromMs = Math.floor(nowMs / windowMs) * windowMs;
  line.requests = 0;
  line.tokens = Math.min(0, line.tokens);
  line.allRequests = 0;
  line.allTokens = 0;
}

/** A request larger than the limit takes all of it: otherwise it could never start. */
export function tokensToTake({ tokensPerMinute }: RateLimits, tokens: number): number {
  return tokensPerMinute === null ? 0 : Math.min(tokens, tokensPerMinute);
}

/** Takes what a request needs of what is here. Nothing awaits between the look and the taking. @returns what lacks. */
export function takeHere(line: RateLine, wishedTokens: number): LimitName | null {
  const { limits } = line;
  const tokens = tokensToTake(limits, wishedTokens);
  if (limits.requestsPerMinute !== null && line.requests < 1) return 'requests';
  if (limits.tokensPerMinute !== null && line.tokens < tokens) return 'tokens';
  if (limits.parallelRequests !== null && line.usedPlaces >= line.places) return 'parallel';
  if (limits.requestsPerMinute !== null) line.requests -= 1;
  line.tokens -= tokens;
  line.usedPlaces += 1;
  return null;
}

/** Whether the database has nothing more of what lacks, as far as it is known here. Within a window what is taken only grows. */
export function isAllTaken(line: RateLine, lacks: LimitName): boolean {
  const { requestsPerMinute, tokensPerMinute, parallelRequests } = line.limits;
  if (lacks === 'requests') return line.allRequests >= (requestsPerMinute ?? Infinity);
  if (lacks === 'tokens') return line.allTokens >= (tokensPerMinute ?? Infinity);
  return !line.isUnsure && line.usedPlaces >= (parallelRequests ?? Infinity);
}

/** Whether the database must hear of tokens that are owed, or of places that are not needed here. */
export function hasNews(line: RateLine): boolean {
  const spare = line.usedPlaces === 0 ? 0 : Math.floor((line.limits.parallelRequests ?? 0) / 20);
  return line.isUnsure || line.tokens < 0 || line.places - line.usedPlaces > spare;
}

/** What must be asked of the database for those that wait. */
export function toTake(line: RateLine, holder: string): TakeRates {
  const { limits, waiting } = line;
  const tokens = waiting.reduce((sum, waiter) => sum + tokensToTake(limits, waiter.tokens), 0);
  return {
    subjectId: line.subjectId,
    limits,
    holder,
    requests: limits.requestsPerMinute === null ? 0 : Math.max(0, waiting.length - line.requests),
    tokens: Math.max(0, tokens - Math.max(0, line.tokens)),
    owedTokens: Math.max(0, -line.tokens),
    usedPlaces: limits.parallelRequests === null ? 0 : line.usedPlaces,
    places: limits.parallelRequests === null ? 0 : line.usedPlaces + waiting.length,
  };
}

/** What the database answered to `asked`. What was owed by then is paid; meanwhile more may be. */
export function putTaken(line: RateLine, asked: TakeRates, taken: TakenRates): void {
  if (taken.windowFromMs > line.windowFromMs) {
    line.windowFromMs = taken.windowFromMs;
    line.requests = 0;
    line.tokens = Math.min(0, line.tokens);
  }
  line.tokens += asked.owedTokens;
  line.places = taken.places;
  line.placesElsewhere = taken.placesElsewhere;
  line.isUnsure = false;
  // Of a window that ended while the database answered.
  if (taken.windowFromMs < line.windowFromMs) return;
  line.requests += taken.requests;
  line.tokens += taken.tokens;
  line.allRequests = taken.allRequests;
  line.allTokens = taken.allTokens;
}

export function standingOf(line: RateLine): RateStanding {
  const { requestsPerMinute, tokensPerMinute } = line.limits;
  const resetAtMs = line.windowFromMs + windowMs;
  const left = (limit: number | null, all: number, here: number) =>
    limit === null ? null : { limit, remaining: Math.max(0, Math.min(limit, limit - all + here)), resetAtMs };
  return {
    requests: left(requestsPerMinute, line.allRequests, line.requests),
    tokens: left(tokensPerMinute, line.allTokens, line.tokens),
  };
}
