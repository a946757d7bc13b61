import { problem } from '../../../kernel/problem.ts';

export const purposeCannotStop = problem(
  'privacy.purpose_cannot_stop',
  422,
  'This purpose goes on: the contract or the law requires it',
);
