import { Problem } from '../../kernel/problem.ts';
import { overloaded, upstreamBusy, upstreamFailed, upstreamRefused, upstreamTimedOut } from './problems.ts';

/** What went wrong at an upstream and what follows from it. */
export interface UpstreamFailure {
  readonly problem: Problem;
  /** Another upstream may do better, as long as the client has seen nothing. */
  readonly canRetry: boolean;
  /** Counts against the upstream's health; null when the request was at fault. */
  readonly health: string | null;
}

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The connection failed, broke or fell silent. */
export function connectionFailure(error: Error): UpstreamFailure {
  const code = 'code' in error ? String(error.code) : '';
  // After a time-out the upstream may still be at work; a second one would do, and cost, the same again.
  if (timeouts.has(code)) return { problem: upstreamTimedOut(), canRetry: false, health: 'timeout' };
  const health = code === 'CANDOR_ADDRESS_REFUSED' ? 'address_refused' : 'connection';
  return { problem: upstreamFailed(), canRetry: true, health };
}

/** The upstream answered with something that is not what was asked for. */
export function shapeFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: true, health: 'shape' };
}

/** The upstream reported an error inside an answer with a good status. */
export function reportedFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: true, health: 'reported' };
}

/** The connection ended as if all were well, in the middle of an answer. */
export function truncatedFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: true, health: 'truncated' };
}

/**
 * The upstream answered with an error status. Only what the client can mend reaches it as the upstream worded it; an
 * operator's wrong key or a missing model is ours to mend and is called a failure of the upstream.
 */
export function statusFailure(status: number, body: Buffer, retryAfterSeconds = 2): UpstreamFailure {
  if (isAboutAccount(errorIn(body))) return { problem: upstreamFailed(), canRetry: true, health: 'account' };
  if (status === 429)
    return { problem: upstreamBusy({ retryAfterSeconds }), canRetry: true, health: 'status_429' };
  if (status === 503 || status === 529)
    return { problem: overloaded({ retryAfterSeconds }), canRetry: true, health: `status_${status}` };
  if (status === 404) return { problem: upstreamFailed(), canRetry: true, health: null };
  if (!mendable.has(status)) return { problem: upstreamFailed(), canRetry: true, health: `status_${status}` };
  return { problem: refusal(status, body), canRetry: false, health: null };
}

/** The request itself was wrong, too large or not understood. A wrong key or an unpaid bill (402) is the operator's. */
const mendable: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * Codes and types by which model servers say that the account they are called with is not paid, closed or not allowed,
 * with whatever status: OpenAI, Azure, Anthropic, DeepSeek, Moonshot, DashScope, Volcengine.
 */
const accountWords =
  /insufficient_(quota|balance|credit)|exceeded_current_quota|arrearage|overdue|billing|payment_required|account_?(deactivated|disabled|suspended|overdue)|access_?(terminated|denied)|invalid_?(api_?key|authentication|iam)|authentication_error|permission_(error|denied)|unauthorized|freetier/i;

function isAboutAccount(error: Record<string, unknown>): boolean {
  return [error['code'], error['type']].some((word) => typeof word === 'string' && accountWords.test(word));
}

/** Seconds that a `Retry-After` header asks for: a number, or a date (RFC 9110 §10.2.3); an hour at most. */
export function retryAfterOf(header: string, nowMs: number): number | undefined {
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(1, Math.ceil(seconds))) : undefined;
}

function refusal(status: number, body: Buffer): Problem {
  const error = errorIn(body);
  const { code, title } = upstreamRefused;
  return new Problem(code, status, title, {
    detail: textOf(error['message']) ?? `${title}.`,
    param: textOf(error['param']),
    upstreamType: textOf(error['type']) ?? 'invalid_request_error',
    upstreamCode: textOf(error['code']),
  });
}

/** OpenAI's envelope, or the flat object some servers send. */
function errorIn(body: Buffer): Record<string, unknown> {
  try {
    const parsed = asRecord(JSON.parse(body.toString('utf8')));
    return 'error' in parsed ? asRecord(parsed['error']) : parsed;
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 2000 ? value : null;
}
