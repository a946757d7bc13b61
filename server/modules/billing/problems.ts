import { problem } from '../../kernel/problem.ts';

export const rangeTooLong = problem('billing.range_too_long', 400, 'The time range is too long');
export const tooManySums = problem(
  'billing.too_many_sums',
  400,
  'The range holds more sums than one answer may',
);
export const accountOrRequestMissing = problem(
  'billing.account_or_request_missing',
  400,
  'Name an account or a request',
);
