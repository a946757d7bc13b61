import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  audit: {
    reason_required: 'Say first why you look (10 to 200 characters).',
    not_yet_signed: 'This entry is not signed yet; try again within the hour.',
    log_contradicts_anchor:
      'The audit log in the database is not the one that was anchored; run candor audit verify.',
  },
};
