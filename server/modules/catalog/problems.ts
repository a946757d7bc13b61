import { problem } from '../../kernel/problem.ts';

export const modelNotFound = problem('catalog.model_not_found', 404, 'There is no such model');
export const priceConflict = problem(
  'catalog.price_conflict',
  409,
  'Another price of the same starts at the same instant',
);
export const priceInThePast = problem('catalog.price_in_the_past', 400, 'A price cannot start in the past');
export const priceIncomplete = problem(
  'catalog.price_incomplete',
  400,
  'A meter that may not be free has no price',
);
