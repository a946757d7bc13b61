import { problem } from '../../../kernel/problem.ts';

export const notCorrectable = problem(
  'privacy.not_correctable',
  422,
  'This datum cannot be corrected; the answer says why',
);
export const changedElsewhere = problem(
  'privacy.changed_elsewhere',
  422,
  'This datum is changed by an interface of its own, which the answer names',
);
export const codeNeeded = problem(
  'privacy.code_needed',
  422,
  'A new number or address needs the code that was sent to it',
);
