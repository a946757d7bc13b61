import { problem } from '../../kernel/problem.ts';

export const invalidApiKey = problem(
  'gateway.invalid_api_key',
  401,
  'The API key is missing, wrong, expired or disabled',
);
export const keyQuotaExhausted = problem(
  'gateway.key_quota_exhausted',
  429,
  'The quota of tokens or money of this API key is used up',
);
export const rateLimitExceeded = problem(
  'gateway.rate_limit_exceeded',
  429,
  'A limit of requests or tokens per minute, or of requests at once, is reached',
);
export const modelNotAllowed = problem(
  'gateway.model_not_allowed',
  403,
  'This API key may not call this model',
);
export const networkNotAllowed = problem(
  'gateway.network_not_allowed',
  403,
  'This API key may not be used from this network',
);
export const originNotAllowed = problem(
  'gateway.origin_not_allowed',
  403,
  'This API key may not be used by pages of this origin',
);
export const malformedRequest = problem('gateway.malformed_request', 400, 'The request is not valid');
export const modelNotFound = problem(
  'gateway.model_not_found',
  404,
  'The model does not exist or is not offered',
);
export const modelLoading = problem(
  'gateway.model_loading',
  503,
  'The model is being loaded, try again shortly',
);
export const wrongEndpoint = problem(
  'gateway.wrong_endpoint',
  400,
  'This model is not called at this endpoint',
);
export const fieldNotConvertible = problem(
  'gateway.field_not_convertible',
  400,
  'The servers of this model speak another protocol, in which this field cannot be said',
);
export const endpointNotServed = problem(
  'gateway.endpoint_not_served',
  400,
  'No server of this model answers calls of this endpoint',
);
export const recipientNotAccepted = problem(
  'gateway.recipient_not_accepted',
  403,
  'This model is run by a company that the privacy policy you accepted does not name',
);
export const unknownUrl = problem('gateway.unknown_url', 404, 'Unknown request URL');
export const methodNotAllowed = problem(
  'gateway.method_not_allowed',
  405,
  'This URL does not answer that method',
);
export const overloaded = problem(
  'gateway.overloaded',
  503,
  'Too many requests are being served at once, try again shortly',
);
export const upstreamRefused = problem(
  'gateway.upstream_refused',
  400,
  'The model server refused the request',
);
export const upstreamFailed = problem('gateway.upstream_failed', 502, 'The model server failed to answer');
export const upstreamBusy = problem(
  'gateway.upstream_busy',
  429,
  'The model server has too many requests, try again later',
);
export const upstreamTimedOut = problem(
  'gateway.upstream_timed_out',
  504,
  'The model server did not answer in time',
);
export const balanceExhausted = problem(
  'gateway.balance_exhausted',
  402,
  'The balance ran out while the answer was being written',
);
export const forwardingLoop = problem(
  'gateway.forwarding_loop',
  508,
  'The request has passed through this gateway before',
);
export const accountNotFound = problem('gateway.account_not_found', 404, 'No account has this id');
export const upstreamNameTaken = problem(
  'gateway.upstream_name_taken',
  409,
  'Another upstream has this name',
);
