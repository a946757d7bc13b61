/** What may be called in a minute and at once; null: without a limit. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  /** Read and written together. */
  readonly tokensPerMinute: number | null;
  readonly parallelRequests: number | null;
}

/** Something with limits of its own: an API key, or a model in an account. */
export interface RateSubject {
  /** Unique among all subjects. */
  readonly id: string;
  /** How a refusal names it, to the program that is refused. */
  readonly name: string;
  readonly limits: RateLimits;
}

/** Minutes of the clock, in which requests and tokens are counted. */
export const windowMs = 60_000;

export type LimitName = 'requests' | 'tokens' | 'parallel';

/** What is left of the limits that count by the minute, after the request that asks. */
export interface RateStanding {
  readonly requests: Left | null;
  readonly tokens: Left | null;
}

export interface Left {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

/** The one of which less is left. */
export function tighter(one: Left | null, other: Left | null): Left | null {
  if (one === null || other === null) return one ?? other;
  return other.remaining < one.remaining ? other : one;
}
