import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  catalog: {
    model_not_found: 'There is no such model.',
    price_conflict: 'Another price of this model starts at the same instant.',
    price_in_the_past: 'A price cannot start in the past.',
  },
};
