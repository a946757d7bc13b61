import { Problem } from '../../kernel/problem.ts';
import { overloaded, upstreamFailed, upstreamRefused, upstreamTimedOut } from './problems.ts';

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
  return { problem: upstreamFailed(), canRetry: false, health: 'shape' };
}

/** The upstream reported an error inside a stream that had begun. */
export function reportedFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: false, health: 'reported' };
}

/**
 * The upstream answered with an error status. Only what the client can mend reaches it as the upstream worded it; an
 * operator's wrong key or a missing model is ours to mend and is called a failure of the upstream.
 */
export function statusFailure(status: number, body: Buffer): UpstreamFailure {
  if (status === 429 || status === 503 || status === 529) {
    return { problem: overloaded({ retryAfterSeconds: 2 }), canRetry: true, health: `status_${status}` };
  }
  if (status === 404) return { problem: upstreamFailed(), canRetry: true, health: null };
  if (!mendable.has(status)) return { problem: upstreamFailed(), canRetry: true, health: `status_${status}` };
  return { problem: refusal(status, body), canRetry: false, health: null };
}

/** The request itself was wrong, too large or not understood. A wrong key or an unpaid bill (402) is the operator's. */
const mendable: ReadonlySet<number> = new Set([400, 413, 415, 422]);

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
