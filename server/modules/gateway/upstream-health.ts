/** What the gateway has seen of one upstream since this process started. */
export interface UpstreamHealth {
  /** Requests it is answering now. */
  readonly inFlight: number;
  readonly consecutiveFailures: number;
  /** Until when others are asked first. */
  readonly coolsUntilMs: number;
  readonly lastSuccessAtMs: number | null;
  readonly lastFailureAtMs: number | null;
  /** A code, never a message: `connect`, `timeout`, `status_500`. */
  readonly lastFailure: string | null;
}

export const newHealth: UpstreamHealth = {
  inFlight: 0,
  consecutiveFailures: 0,
  coolsUntilMs: 0,
  lastSuccessAtMs: null,
  lastFailureAtMs: null,
  lastFailure: null,
};

const shortestCoolDownMs = 2_000;
const longestCoolDownMs = 60_000;

export function afterStart(health: UpstreamHealth): UpstreamHealth {
  return { ...health, inFlight: health.inFlight + 1 };
}

/** The request is over for a reason that says nothing about the upstream. */
export function afterEnd(health: UpstreamHealth): UpstreamHealth {
  return { ...health, inFlight: health.inFlight - 1 };
}

export function afterSuccess(health: UpstreamHealth, nowMs: number): UpstreamHealth {
  return { ...health, consecutiveFailures: 0, coolsUntilMs: 0, lastSuccessAtMs: nowMs };
}

/** Each failure in a row doubles the time in which others are asked first. */
export function afterFailure(health: UpstreamHealth, nowMs: number, failure: string): UpstreamHealth {
  const consecutiveFailures = health.consecutiveFailures + 1;
  const coolDownMs = Math.min(longestCoolDownMs, shortestCoolDownMs * 2 ** (consecutiveFailures - 1));
  return {
    ...health,
    consecutiveFailures,
    coolsUntilMs: nowMs + coolDownMs,
    lastFailureAtMs: nowMs,
    lastFailure: failure,
  };
}
