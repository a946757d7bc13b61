import { problem } from '../../../kernel/problem.ts';

export const caseState = problem('privacy.case_state', 409, 'The request is in another state');
export const wrongCaseCode = problem(
  'privacy.wrong_case_code',
  400,
  'The code or the reference is wrong, used or too old',
);
export const refusalNeedsGround = problem(
  'privacy.refusal_needs_ground',
  422,
  'A refusal names a ground that the law knows for this kind of request',
);
export const roleMayNotAsk = problem(
  'privacy.role_may_not_ask',
  422,
  'The law does not give this role this right',
);
export const transferConditions = problem(
  'privacy.transfer_conditions',
  422,
  'A transfer to another provider needs all conditions of article 25 of the Network Data Security Regulations',
);
export const noContact = problem(
  'privacy.no_contact',
  409,
  'Add a phone number or an e-mail address first, so that the answer can reach you',
);
export const accountNotMatched = problem(
  'privacy.account_not_matched',
  409,
  'No account is proved to be the one the request is about',
);
export const secondOfficerNeeded = problem(
  'privacy.second_officer_needed',
  409,
  'Another officer than the one who accepted or matched the request must erase the account',
);
