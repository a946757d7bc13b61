import type { ProblemMessages } from './problems.zh.ts';

export const problemsEn: ProblemMessages = {
  kernel: {
    invalid_input: 'Some of what you entered is not right. Please check and send it again.',
    unauthenticated: 'Please sign in first.',
    forbidden: 'Your account is not allowed to do this.',
    not_found: 'This could not be found. It may have been deleted.',
    conflict: 'This is not possible in the present state. Refresh and try again.',
    body_too_large: 'That is too large.',
    too_many_requests: 'Too many attempts. Please wait a moment and try again.',
    internal_error:
      'Something went wrong on our side. Please try again; if it persists, tell us the request id.',
    unavailable: 'The service is not available right now. Please try again shortly.',
  },
  identity: {
    wrong_credentials: 'The name or the password is wrong.',
    wrong_code: 'The code is wrong, already used or too old.',
    wrong_password: 'The current password is wrong.',
    weak_password: 'The password does not follow the rules.',
    weak_password_too_short: 'A password needs at least 10 characters.',
    weak_password_same_as_name: 'The password may not be your username or e-mail.',
    weak_password_too_common: 'This password is among the first to be guessed. Choose another.',
    too_many_attempts: 'Too many attempts. Please wait before the next one.',
    username_taken: 'This username is taken.',
    email_taken: 'This e-mail address is registered. Sign in, or recover the password.',
    phone_taken: 'This phone number is registered. You can sign in with it.',
    policy_outdated: 'The privacy policy has just changed. Please read the new version and accept it.',
    foreign_origin: 'The request did not come from this site. Reload the page and try again.',
    no_proven_contact: 'You have no confirmed phone or e-mail yet. Confirm with your password instead.',
    too_many_api_keys: 'You have as many keys as possible. Delete those you do not use.',
  },
  wallet: {
    insufficient_balance: 'There is not enough money in the wallet. Please top up first.',
    serial_number_taken: 'This serial number belongs to another transfer with different content.',
    tenant_not_found: 'There is no such tenant.',
    top_up_not_found: 'There is no such top-up.',
    channel_not_offered: 'This payment channel is not offered.',
    idempotency_key_reused: 'This top-up was already sent. Reload the page.',
    ledger_busy: 'The ledger is busy. Please try again shortly; nothing is charged twice.',
  },
  audit: {
    reason_required: 'Say first why you look (10 to 200 characters).',
    not_yet_signed: 'This entry is not signed yet; try again within the hour.',
    log_contradicts_anchor:
      'The audit log in the database is not the one that was anchored; run candor audit verify.',
  },
  catalog: {
    model_not_found: 'There is no such model.',
    price_conflict: 'Another price of this model starts at the same instant.',
    price_in_the_past: 'A price cannot start in the past.',
  },
  billing: {
    range_too_long: 'The range is too long. Choose a shorter one.',
  },
  gateway: {
    balance_exhausted: 'The balance ran out during the answer. Top up and try again.',
    key_quota_exhausted: 'The token quota of this key is used up.',
    malformed_request: 'The request is not right. Check the settings.',
    model_not_found: 'The model does not exist or is not offered right now.',
    overloaded: 'Too many requests at once. Try again shortly.',
    upstream_failed: 'The model server could not finish the answer. Try again shortly.',
    upstream_refused: 'The model server refused the request. Check the settings.',
    upstream_timed_out: 'The model server did not answer in time. Try again shortly.',
    upstream_name_taken: 'Another upstream has this name.',
  },
};
