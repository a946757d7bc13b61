import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  kernel: {
    unsupported_media_type: 'The server does not take this form of content.',
    invalid_input: 'Some of what you entered is not right. Please check and send it again.',
    unauthenticated: 'Please sign in first.',
    forbidden: 'Your account is not allowed to do this.',
    not_found: 'This could not be found. It may have been deleted.',
    served_by_other_role:
      'The operator’s proxy has sent this request to the wrong place. Please tell them the request id.',
    conflict: 'This is not possible in the present state. Refresh and try again.',
    method_not_allowed: 'This address does not take such a request.',
    request_timed_out: 'The request took too long to arrive. Please send it again.',
    body_too_large: 'That is too large.',
    address_too_long: 'The address is too long.',
    headers_too_large:
      'Your browser sends too much with each request. Delete the cookies of this site and try again.',
    malformed_http: 'The request could not be read.',
    too_many_requests: 'Too many attempts. Please wait a moment and try again.',
    internal_error:
      'Something went wrong on our side. Please try again; if it persists, tell us the request id.',
    unavailable: 'The service is not available right now. Please try again shortly.',
  },
};
