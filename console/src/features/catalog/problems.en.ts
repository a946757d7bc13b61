import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  catalog: {
    model_not_found: 'There is no such model.',
    price_conflict: 'Another price version starts at the same instant.',
    price_incomplete: 'A meter that may not be free has no price.',
    price_in_the_past: 'A price cannot start in the past.',
  },
};
