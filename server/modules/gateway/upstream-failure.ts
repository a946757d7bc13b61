import { Problem } from '../../kernel/problem.ts';
import {
  type ModelNames,
  publicText,
  publicWord,
  readUpstreamError,
  type UpstreamError,
} from './upstream-error.ts';
import { overloaded, upstreamBusy, upstreamFailed, upstreamRefused, upstreamTimedOut } from './problems.ts';

/** What went wrong at an upstream and what follows from it. */
export interface UpstreamFailure {
  readonly problem: Problem;
  /** Another upstream may do better, as long as the client has seen nothing. */
  readonly canRetry: boolean;
  /** Counts against the upstream's health; null when the request was at fault. */
  readonly health: string | null;
  /** The upstream's own code for it, a word for the operator. */
  readonly upstreamCode?: string | null;
}

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The connection failed, broke or fell silent. */
export function connectionFailure(error: Error): UpstreamFailure {
  const code = 'code' in error ? String(error.code) : '';
  // After a time-out the upstream may still be at work; a second one would do, and cost, the same again.
  if (timeouts.has(code)) return { problem: upstreamTimedOut(), canRetry: false, health: 'timeout' };
  const health =
    code === 'CANDOR_ADDRESS_REFUSED'
      ? 'address_refused'
      : unreachable.test(code)
        ? 'unreachable'
        : 'connection';
  return { problem: upstreamFailed(), canRetry: true, health };
}

/** No connection came about, so that no model of the server can be asked. */
const unreachable =
  /^(ECONNREFUSED|E(HOST|NET)UNREACH|ENOTFOUND|EAI_\w+|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_(TLS|SSL)_\w+)$/;

/** The upstream answered with something that is not what was asked for. */
export function shapeFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: true, health: 'shape' };
}

/**
 * The upstream reported an error inside an answer with a good status: it means what the same error with a status does.
 * @param said the JSON in which it says so.
 */
export function reportedFailure(said: Buffer, names: ModelNames): UpstreamFailure {
  const error = readUpstreamError(said);
  const upstreamCode = operatorWord(error);
  const failed = (health: string) => ({ problem: upstreamFailed(), canRetry: true, health, upstreamCode });
  if (isAboutAccount(error)) return failed('account');
  if (isWord(error, lostModelWords)) return failed('reported');
  if (error.status === 429 || isWord(error, /^rate_limit|too_many_requests|RateLimit/))
    return { ...failed('status_429'), problem: upstreamBusy({ retryAfterSeconds: defaultRetrySeconds }) };
  if (mendable.has(error.status ?? 0)) return refusal(error.status ?? 400, error, names);
  if (isWord(error, requestWords)) return refusal(400, error, names);
  return failed('reported');
}

/** The connection ended as if all were well, in the middle of an answer. */
export function truncatedFailure(): UpstreamFailure {
  return { problem: upstreamFailed(), canRetry: true, health: 'truncated' };
}

/**
 * The upstream answered with an error status. Only what the client can mend reaches it as the upstream worded it; an
 * operator's wrong key or a missing model is ours to mend and is called a failure of the upstream.
 */
export function statusFailure(
  status: number,
  body: Buffer,
  names: ModelNames,
  retryAfterSeconds = defaultRetrySeconds,
): UpstreamFailure {
  const error = readUpstreamError(body);
  const upstreamCode = operatorWord(error);
  const failed = (health: string) => ({ problem: upstreamFailed(), canRetry: true, health, upstreamCode });
  if (isAboutAccount(error) || accountStatuses.has(status)) return failed('account');
  if (status === 429) return { ...failed('status_429'), problem: upstreamBusy({ retryAfterSeconds }) };
  if (status === 503 || status === 529)
    return { ...failed(`status_${status}`), problem: overloaded({ retryAfterSeconds }) };
  if (isWord(error, lostModelWords)) return failed(`status_${status}`);
  return mendable.has(status) ? refusal(status, error, names) : failed(`status_${status}`);
}

const defaultRetrySeconds = 2;

/** The request itself was wrong, too large or not understood. A wrong key or an unpaid bill (402) is the operator's. */
const mendable: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const accountStatuses: ReadonlySet<number> = new Set([401, 402]);
/** Words for the same without a status: OpenAI, vLLM, Gemini; a text that a filter of the upstream refuses. */
const requestWords =
  /^(invalid_request_error|invalid_argument|badrequest(error)?|bad_request|context_length_exceeded|string_above_max_length|invalid_parameter.*|invalidparameter.*|content_filter|content_policy_violation|data_?inspection_?failed)$/i;

/**
 * Codes and types by which model servers say that the account they are called with is not paid, closed or not allowed,
 * with whatever status: OpenAI, Azure, Anthropic, DeepSeek, Moonshot, DashScope, Volcengine.
 */
const accountWords =
  /insufficient_(quota|balance|credit)|exceeded_current_quota|arrearage|overdue|billing|payment_required|account_?(deactivated|disabled|suspended|overdue)|access_?(terminated|denied)|invalid_?(api_?key|authentication|iam)|authentication_error|permission_(error|denied)|unauthorized|freetier/i;

function isAboutAccount(error: UpstreamError): boolean {
  return isWord(error, accountWords);
}

/** The server does not know the model under the name that the operator gave. */
const lostModelWords = /^model_?not_?(found|exist|supported)|^InvalidEndpointOrModel/i;

function isWord({ code, type }: UpstreamError, words: RegExp): boolean {
  return [code, type].some((word) => word !== null && words.test(word));
}

function operatorWord({ code, type }: UpstreamError): string | null {
  return publicWord(code) ?? publicWord(type);
}

/** Seconds that a `Retry-After` header asks for: a number, or a date (RFC 9110 §10.2.3); an hour at most. */
export function retryAfterOf(header: string, nowMs: number): number | undefined {
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(1, Math.ceil(seconds))) : undefined;
}

/** What the customer must change, in the upstream's words as far as they are for them. */
function refusal(status: number, error: UpstreamError, names: ModelNames): UpstreamFailure {
  const { code, title } = upstreamRefused;
  const problem = new Problem(code, status, title, {
    detail: publicText(error.message, names) ?? `${title}.`,
    param: publicWord(error.param),
    upstreamType: publicWord(error.type) ?? 'invalid_request_error',
    upstreamCode: publicWord(error.code),
  });
  return { problem, canRetry: false, health: null };
}
