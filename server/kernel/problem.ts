/** What RFC 9457 and our own form say of every problem. */
const envelopeNames = ['type', 'title', 'status', 'code', 'requestId'] as const;

/** What a problem says beyond its envelope; a field of that name would contradict it. */
export type ProblemFields = Readonly<Record<string, unknown>> & {
  readonly [name in (typeof envelopeNames)[number]]?: never;
};

/** A failure that was foreseen: a documented code and status, thrown once, answered as RFC 9457. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: ProblemFields;

  constructor(code: string, status: number, title: string, fields: ProblemFields = {}) {
    super(title);
    const clash = envelopeNames.find((name) => name in fields);
    if (clash !== undefined) throw new TypeError(`${code}: a field must not be called ${clash}`);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

export interface ProblemFactory {
  (fields?: ProblemFields): Problem;
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/**
 * Declares a failure. A test checks that its code is documented: in `problems/<code>.md` of its module, or in
 * `docs/problems` for the kernel.
 */
export function problem(code: string, status: number, title: string): ProblemFactory {
  return Object.assign((fields: ProblemFields = {}) => new Problem(code, status, title, fields), {
    code,
    status,
    title,
  });
}

export const invalidInput = problem('kernel.invalid_input', 400, 'The request is not valid');
export const unauthenticated = problem('kernel.unauthenticated', 401, 'Log in first');
export const forbidden = problem('kernel.forbidden', 403, 'You may not do this');
export const notFound = problem('kernel.not_found', 404, 'There is nothing here');
export const servedByOtherRole = problem(
  'kernel.served_by_other_role',
  404,
  'Another process of this installation answers this address',
);
export const methodNotAllowed = problem(
  'kernel.method_not_allowed',
  405,
  'This address does not answer that method',
);
export const requestTimedOut = problem('kernel.request_timed_out', 408, 'The request did not arrive in time');
export const bodyTooLarge = problem('kernel.body_too_large', 413, 'The request body is too large');
export const addressTooLong = problem(
  'kernel.address_too_long',
  414,
  'The address of the request is too long',
);
export const unsupportedMediaType = problem('kernel.unsupported_media_type', 415, 'Send application/json');
export const headersTooLarge = problem(
  'kernel.headers_too_large',
  431,
  'The headers of the request are too large',
);
export const malformedHttp = problem('kernel.malformed_http', 400, 'The request is not valid HTTP');
export const tooManyRequests = problem('kernel.too_many_requests', 429, 'Too many requests, try again later');
export const internalError = problem('kernel.internal_error', 500, 'Something went wrong on our side');
export const unavailable = problem('kernel.unavailable', 503, 'The service is not available right now');

/** Failures that belong to no module. */
export const kernelProblems: readonly ProblemFactory[] = [
  invalidInput,
  unauthenticated,
  forbidden,
  notFound,
  servedByOtherRole,
  methodNotAllowed,
  requestTimedOut,
  bodyTooLarge,
  addressTooLong,
  unsupportedMediaType,
  headersTooLarge,
  malformedHttp,
  tooManyRequests,
  internalError,
  unavailable,
];
