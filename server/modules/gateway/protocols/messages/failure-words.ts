import type { Problem } from '../../../../kernel/problem.ts';
import type { FailureWords } from '../protocol.ts';

export interface MessagesAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: 'error';
    readonly error: { readonly type: string; readonly message: string };
    readonly request_id: string;
  };
}

/** Anthropic's words for our codes, where the status does not say enough. */
const typeByCode: Readonly<Record<string, string>> = {
  'gateway.overloaded': 'overloaded_error',
  'gateway.model_loading': 'overloaded_error',
};

const typeByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

/** Repeating the request helps nothing; the SDKs obey the header. */
const isFinal: ReadonlySet<string> = new Set(['gateway.key_quota_exhausted', 'gateway.forwarding_loop']);

/** The one place where a problem becomes Anthropic's envelope. An empty wallet stays 402 `billing_error`. */
export function messagesAnswer(problem: Problem, requestId: string): MessagesAnswer {
  const { code, status } = problem;
  const { detail, retryAfterSeconds } = problem.fields;
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'request-id': requestId,
      ...(status === 402 || isFinal.has(code) ? { 'x-should-retry': 'false' } : {}),
      ...(typeof retryAfterSeconds === 'number' ? { 'retry-after': String(retryAfterSeconds) } : {}),
    },
    body: {
      type: 'error',
      error: {
        type:
          typeByCode[code] ?? typeByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
        message: typeof detail === 'string' ? detail : `${problem.message}.`,
      },
      request_id: requestId,
    },
  };
}

/** Failures as Anthropic's clients expect them. */
export function messagesWords(requestId: string): FailureWords {
  return {
    reply(problem) {
      const { status, headers, body } = messagesAnswer(problem, requestId);
      return {
        status,
        headers: { ...headers, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      };
    },
    event: (problem) =>
      Buffer.from(`event: error\ndata: ${JSON.stringify(messagesAnswer(problem, requestId).body)}\n\n`),
  };
}
