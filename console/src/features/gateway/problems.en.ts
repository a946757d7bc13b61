import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  gateway: {
    forwarding_loop: 'The request came back to this service. Check the address of the upstream.',
    invalid_api_key: 'The API key is missing, wrong, expired or disabled.',
    method_not_allowed: 'This address does not take that kind of request.',
    unknown_url: 'There is no such address.',
    wrong_endpoint: 'This model is not called at this endpoint.',
    endpoint_not_served: 'No server of this model answers this endpoint.',
    field_not_convertible: 'The request has a setting that the server of this model cannot understand.',
    balance_exhausted: 'The balance ran out during the answer. Top up and try again.',
    key_quota_exhausted: 'A quota of this key is used up.',
    rate_limit_exceeded: 'A limit per minute or of requests at once is reached. Try again shortly.',
    model_not_allowed: 'This key may not call this model.',
    network_not_allowed: 'This key may not be used from this network.',
    origin_not_allowed: 'This key may not be used by pages of this origin.',
    malformed_request: 'The request is not right. Check the settings.',
    model_not_found: 'The model does not exist or is not offered right now.',
    model_loading: 'The model is being loaded. Try again in a few seconds.',
    overloaded: 'Too many requests at once. Try again shortly.',
    upstream_busy: 'The model server has too many requests. Try again later.',
    upstream_failed: 'The model server could not finish the answer. Try again shortly.',
    upstream_refused: 'The model server refused the request. Check the settings.',
    upstream_timed_out: 'The model server did not answer in time. Try again shortly.',
    recipient_not_accepted:
      'This model is run by another company, which the policy you accepted does not name. Accept the policy in force first.',
    account_not_found: 'There is no account with this id, or it is closed.',
    upstream_name_taken: 'Another upstream has this name.',
  },
};
