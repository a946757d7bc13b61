/** What the gateway has seen of a server, or of one model there, since this process started. */
export interface Condition {
  readonly consecutiveFailures: number;
  /** Until when others are asked first. */
  readonly coolsUntilMs: number;
  readonly lastSuccessAtMs: number | null;
  readonly lastFailureAtMs: number | null;
  /** A code, never a message: `connection`, `timeout`, `status_500`. */
  readonly lastFailure: string | null;
  /** The upstream's own code for it, where it gave one. */
  readonly lastFailureCode: string | null;
}

export interface HealthFailure {
  readonly reason: string;
  readonly upstreamCode: string | null;
}

/**
 * A model that fails rests alone; trouble that meets every model of a server (`wholeServer`) rests all of them.
 */
export interface UpstreamHealth {
  /** Requests it is answering now. */
  readonly inFlight: number;
  started(): void;
  /** The request is over; what it says about the upstream is told apart. */
  ended(): void;
  succeeded(model: string, nowMs: number): void;
  failed(model: string, nowMs: number, failure: HealthFailure): void;
  /** Until when others are asked first for this model. */
  coolsUntilMs(model: string): number;
  /** Server and models in one: what is wrong with any of them. */
  summary(): Condition;
  /** Models that were asked, by their name at the server. */
  models(): ReadonlyMap<string, Condition>;
  /** The same knowledge for a server whose settings changed, with no request under way. */
  renewed(): UpstreamHealth;
}

const unknown: Condition = {
  consecutiveFailures: 0,
  coolsUntilMs: 0,
  lastSuccessAtMs: null,
  lastFailureAtMs: null,
  lastFailure: null,
  lastFailureCode: null,
};

/** `unknown` until the first call has ended. */
export function statusOf(condition: Condition): 'unknown' | 'healthy' | 'failing' {
  if (condition.lastSuccessAtMs === null && condition.lastFailureAtMs === null) return 'unknown';
  return condition.consecutiveFailures > 0 ? 'failing' : 'healthy';
}

const shortestCoolDownMs = 2_000;
const longestCoolDownMs = 60_000;

/** Reasons that say nothing of a model: the account there is in trouble, or the server cannot be reached. */
const wholeServer: ReadonlySet<string> = new Set(['account', 'unreachable', 'address_refused']);

export function createUpstreamHealth(
  known: { readonly server: Condition; readonly models: ReadonlyMap<string, Condition> } = {
    server: unknown,
    models: new Map(),
  },
): UpstreamHealth {
  let { server } = known;
  const models = new Map(known.models);
  let inFlight = 0;
  const of = (model: string) => models.get(model) ?? unknown;

  return {
    get inFlight() {
      return inFlight;
    },
    started() {
      inFlight += 1;
    },
    ended() {
      inFlight -= 1;
    },
    succeeded(model, nowMs) {
      server = afterSuccess(server, nowMs);
      models.set(model, afterSuccess(of(model), nowMs));
    },
    failed(model, nowMs, failure) {
      if (wholeServer.has(failure.reason)) server = afterFailure(server, nowMs, failure);
      else models.set(model, afterFailure(of(model), nowMs, failure));
    },
    coolsUntilMs: (model) => Math.max(server.coolsUntilMs, of(model).coolsUntilMs),
    summary: () => [...models.values()].reduce(together, server),
    models: () => models,
    renewed: () => createUpstreamHealth({ server, models }),
  };
}

function afterSuccess(condition: Condition, nowMs: number): Condition {
  return { ...condition, consecutiveFailures: 0, coolsUntilMs: 0, lastSuccessAtMs: nowMs };
}

/** Each failure in a row doubles the time in which others are asked first. */
function afterFailure(condition: Condition, nowMs: number, failure: HealthFailure): Condition {
  const consecutiveFailures = condition.consecutiveFailures + 1;
  const coolDownMs = Math.min(longestCoolDownMs, shortestCoolDownMs * 2 ** (consecutiveFailures - 1));
  return {
    ...condition,
    consecutiveFailures,
    coolsUntilMs: nowMs + coolDownMs,
    lastFailureAtMs: nowMs,
    lastFailure: failure.reason,
    lastFailureCode: failure.upstreamCode,
  };
}

/** The failure shown is that of the worse one, the latest of two that are as bad. */
function together(a: Condition, b: Condition): Condition {
  const isWorse =
    b.consecutiveFailures > 0 === a.consecutiveFailures > 0
      ? (b.lastFailureAtMs ?? 0) > (a.lastFailureAtMs ?? 0)
      : b.consecutiveFailures > 0;
  const shown = isWorse ? b : a;
  return {
    ...shown,
    consecutiveFailures: Math.max(a.consecutiveFailures, b.consecutiveFailures),
    coolsUntilMs: Math.max(a.coolsUntilMs, b.coolsUntilMs),
    lastSuccessAtMs: latest(a.lastSuccessAtMs, b.lastSuccessAtMs),
  };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a;
}
