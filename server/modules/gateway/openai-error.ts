import type { Problem } from '../../kernel/problem.ts';

/** A failure as OpenAI's clients expect it. */
export interface OpenAiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: OpenAiError };
}
export interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** OpenAI's words for our codes, where it has any. */
const openAiCodes: Readonly<Record<string, string>> = {
  'kernel.unauthenticated': 'invalid_api_key',
  'kernel.unavailable': 'service_unavailable',
  'kernel.internal_error': 'internal_error',
  'kernel.body_too_large': 'request_too_large',
  'kernel.not_found': 'unknown_url',
  'wallet.insufficient_balance': 'insufficient_quota',
  'gateway.balance_exhausted': 'insufficient_quota',
  'gateway.key_quota_exhausted': 'insufficient_quota',
  'gateway.overloaded': 'engine_overloaded',
  'gateway.upstream_busy': 'rate_limit_exceeded',
};

/**
 * The one place where a problem becomes OpenAI's envelope. An empty wallet is 429 `insufficient_quota`, which the
 * SDKs raise as `RateLimitError` with that code; trying again would not help, and `x-should-retry` tells them so.
 */
export function openAiAnswer(problem: Problem): OpenAiAnswer {
  const code = codeOf(problem);
  const status = problem.status === 402 ? 429 : problem.status;
  const { detail, param, upstreamType, retryAfterSeconds, limit } = problem.fields;
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...(code === 'insufficient_quota' || status === 508 ? { 'x-should-retry': 'false' } : {}),
      ...(typeof retryAfterSeconds === 'number' ? { 'retry-after': String(retryAfterSeconds) } : {}),
    },
    body: {
      error: {
        message: typeof detail === 'string' ? detail : `${problem.message}.`,
        type: typeof upstreamType === 'string' ? upstreamType : typeOf(status, code, limit),
        param: typeof param === 'string' ? param : null,
        code,
      },
    },
  };
}

function codeOf({ code, fields }: Problem): string | null {
  if ('upstreamCode' in fields)
    return typeof fields['upstreamCode'] === 'string' ? fields['upstreamCode'] : null;
  const known = openAiCodes[code];
  if (known !== undefined) return known;
  if (code === 'gateway.malformed_request' || code === 'kernel.invalid_input') return null;
  return code.slice(code.indexOf('.') + 1);
}

function typeOf(status: number, code: string | null, limit: unknown): string {
  if (code === 'insufficient_quota') return 'insufficient_quota';
  if (status === 429) return limit === 'tokens' ? 'tokens' : 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
