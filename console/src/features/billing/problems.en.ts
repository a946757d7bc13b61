import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  billing: {
    account_or_request_missing: 'Choose an account, or enter the id of a request.',
    range_too_long: 'The range is too long. Choose a shorter one.',
    too_many_sums: 'That is too much for one chart. Choose a shorter range, one model or one key.',
  },
};
