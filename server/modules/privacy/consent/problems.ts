import { problem } from '../../../kernel/problem.ts';

export const shownTokenRefused = problem(
  'privacy.shown_token_refused',
  409,
  'Show the text in force again before consenting',
);
export const mayNotAsk = problem('privacy.may_not_ask', 409, 'This person may not be asked now');
