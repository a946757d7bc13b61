import type { Log } from '../../kernel/log.ts';
import { rateLimitExceeded } from './problems.ts';
import type { TakeRates, TakenRates } from './rate-counters.ts';
import {
  hasNews,
  isAllTaken,
  newRateLine,
  putTaken,
  type RateLine,
  type RateWaiter,
  standingOf,
  takeHere,
  tokensToTake,
  toTake,
  turnWindow,
} from './rate-line.ts';
import { type LimitName, type RateStanding, type RateSubject, windowMs } from './rate-limits.ts';

/** Holds requests to limits that count for all gateways together. */
export interface RateDesk {
  /**
   * Lets a request start that is expected to use so many tokens, or waits for a slice of the limits it has.
   * @throws `gateway.rate_limit_exceeded`, with `standing` of the limits.
   */
  enter(subject: RateSubject, tokens: number): Promise<RatePass>;
  /** What is left of the limits now. */
  standing(subject: RateSubject): RateStanding;
  /** Other gateways may have taken the places of this one. */
  forgetPlaces(): void;
  /** Writes what could not be written before, and drops what is kept of subjects that are not called any more. */
  sweep(): void;
}

/** One request that was let in. */
export interface RatePass {
  /** The request is over. The first call counts, with all tokens that were read and written. */
  leave(usedTokens: number): void;
  /** Instead of `leave`: the request did not begin, and does not count. */
  undo(): void;
}

export const freePass: RatePass = { leave() {}, undo() {} };

/** Places come back from other gateways this soon, and this long they are waited for. */
const placesPauseMs = 60;
const placesPatienceMs = 240;
/** A request that comes soon after uses the place of the one before. Few places are soon needed elsewhere. */
const giveBackAfterMs = { few: 40, many: 1000 };

interface Taken {
  readonly line: RateLine;
  readonly tokens: number;
  readonly windowFromMs: number;
}

export function createRateDesk(
  take: (input: TakeRates) => Promise<TakenRates>,
  options: { readonly holder: string; readonly nowMs: () => number; readonly log: Log },
): RateDesk {
  const { holder, nowMs, log } = options;
  const lineBySubject = new Map<string, RateLine>();

  function lineOf(subject: RateSubject): RateLine {
    const line = lineBySubject.get(subject.id) ?? newRateLine(subject);
    lineBySubject.set(subject.id, line);
    line.limits = subject.limits;
    turnWindow(line, nowMs());
    return line;
  }

  async function takeFor(subject: RateSubject, tokens: number): Promise<Taken> {
    const line = lineOf(subject);
    const lacks = line.waiting.length > 0 ? 'unknown' : takeHere(line, tokens);
    if (lacks !== null) {
      if (lacks !== 'unknown' && isAllTaken(line, lacks)) throw refusal(subject, line, lacks);
      const refusedBy = await new Promise<LimitName | null>((resolve, reject) => {
        const waitsUntilMs = performance.now() + placesPatienceMs;
        line.waiting.push({ tokens, isAsked: false, waitsUntilMs, resolve, reject });
        line.serving ??= serveWaiting(line);
      });
      if (refusedBy !== null) throw refusal(subject, line, refusedBy);
    }
    return { line, tokens: tokensToTake(line.limits, tokens), windowFromMs: line.windowFromMs };
  }
  /** One transaction at a time for a subject, for all that wait. */
  async function serveWaiting(line: RateLine): Promise<void> {
    while (line.waiting.length > 0) {
      if (line.waiting.every(({ isAsked }) => isAsked))
        await new Promise((resolve) => setTimeout(resolve, placesPauseMs));
      try {
        await ask(line);
      } catch (error) {
        for (const { reject } of line.waiting.splice(0)) reject(error);
      }
    }
    // In the same turn as the last look at the line, or a request that joins it meanwhile would wait for ever.
    line.serving = null;
    tellSoon(line);
  }
  async function ask(line: RateLine): Promise<void> {
    turnWindow(line, nowMs());
    const asked = toTake(line, holder);
    const askedFor = line.waiting.length;
    try {
      putTaken(line, asked, await take(asked));
    } catch (error) {
      line.isUnsure = true;
      throw error;
    }
    const again: RateWaiter[] = [];
    for (const waiter of line.waiting.splice(0, askedFor)) {
      const lacks = takeHere(line, waiter.tokens);
      const isInUseElsewhere = lacks === 'parallel' && line.placesElsewhere > 0;
      if (isInUseElsewhere && performance.now() < waiter.waitsUntilMs)
        again.push({ ...waiter, isAsked: true });
      else waiter.resolve(lacks);
    }
    line.waiting.unshift(...again);
  }

  /** Places that are not used go back, and tokens that are owed are counted, soon. */
  function tellSoon(line: RateLine): void {
    if (line.timer !== null || !hasNews(line)) return;
    const { few, many } = giveBackAfterMs;
    line.timer = setTimeout(
      () => {
        line.timer = null;
        if (line.serving === null && hasNews(line)) line.serving = tell(line);
      },
      (line.limits.parallelRequests ?? 0) < 20 ? few : many,
    ).unref();
  }
  async function tell(line: RateLine): Promise<void> {
    let isTold = false;
    try {
      await ask(line);
      isTold = true;
    } catch (error) {
      // It stays with this gateway until the next request or the next sweep.
      log.warn({ err: error, subjectId: line.subjectId }, 'use of a rate limit not written');
    }
    line.serving = line.waiting.length > 0 ? serveWaiting(line) : null;
    if (isTold) tellSoon(line);
  }

  function leave({ line, tokens, windowFromMs }: Taken, usedTokens: number, hasBegun: boolean): void {
    turnWindow(line, nowMs());
    const isSameWindow = line.windowFromMs === windowFromMs;
    line.usedPlaces -= 1;
    if (!hasBegun && isSameWindow && line.limits.requestsPerMinute !== null) line.requests += 1;
    const more = usedTokens - tokens;
    if (line.limits.tokensPerMinute !== null && (isSameWindow || more > 0)) line.tokens -= more;
    tellSoon(line);
  }
  function refusal(subject: RateSubject, line: RateLine, limit: LimitName): Error {
    const waitMs = limit === 'parallel' ? 1000 : line.windowFromMs + windowMs - nowMs();
    return rateLimitExceeded({
      limit,
      detail: detailOf(subject, limit),
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    });
  }

  return {
    async enter(subject, tokens) {
      const taken = await takeFor(subject, tokens);
      let isInside = true;
      const end = (usedTokens: number, hasBegun: boolean) => {
        if (!isInside) return;
        isInside = false;
        leave(taken, usedTokens, hasBegun);
      };
      return { leave: (usedTokens) => end(usedTokens, true), undo: () => end(0, false) };
    },
    standing: (subject) => standingOf(lineOf(subject)),
    forgetPlaces() {
      for (const line of lineBySubject.values()) {
        line.places = 0;
        line.isUnsure = line.limits.parallelRequests !== null;
      }
    },
    sweep() {
      for (const line of lineBySubject.values()) {
        const isOver = nowMs() >= line.windowFromMs + windowMs;
        if (hasNews(line)) tellSoon(line);
        else if (isOver && line.usedPlaces === 0 && line.serving === null)
          lineBySubject.delete(line.subjectId);
      }
    },
  };
}

const units: Readonly<Record<LimitName, readonly [one: string, many: string]>> = {
  requests: ['request per minute', 'requests per minute'],
  tokens: ['token per minute', 'tokens per minute'],
  parallel: ['request at once', 'requests at once'],
};

/** For programs: SDKs show it as the message of their error. */
function detailOf({ name, limits }: RateSubject, limit: LimitName): string {
  const allowed = {
    requests: limits.requestsPerMinute,
    tokens: limits.tokensPerMinute,
    parallel: limits.parallelRequests,
  }[limit];
  return `Rate limit reached for ${name}: ${allowed ?? 0} ${units[limit][allowed === 1 ? 0 : 1]}.`;
}
