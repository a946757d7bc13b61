import { problem } from '../../kernel/problem.ts';

export const wrongCredentials = problem(
  'identity.wrong_credentials',
  401,
  'The name or the password is wrong',
);
export const wrongCode = problem(
  'identity.wrong_code',
  400,
  'The code is wrong, used, too old, or was asked for in another browser',
);
export const wrongPassword = problem('identity.wrong_password', 400, 'The current password is wrong');
export const noProvenContact = problem(
  'identity.no_proven_contact',
  409,
  'There is no confirmed phone number or e-mail address to send a code to',
);
export const weakPassword = problem('identity.weak_password', 400, 'The password does not fulfil the rules');
export const tooManyAttempts = problem(
  'identity.too_many_attempts',
  429,
  'Too many attempts, wait before the next one',
);
export const usernameTaken = problem('identity.username_taken', 409, 'The username is taken');
export const usernameLookalike = problem(
  'identity.username_lookalike',
  409,
  'The username looks like another one',
);
export const emailTaken = problem('identity.email_taken', 409, 'The e-mail address is registered already');
export const phoneTaken = problem('identity.phone_taken', 409, 'The phone number is registered already');
export const policyOutdated = problem(
  'identity.policy_outdated',
  409,
  'Another version of the privacy policy is in force',
);
export const foreignOrigin = problem(
  'identity.foreign_origin',
  403,
  'The request does not come from a page of this service',
);
export const tooManyApiKeys = problem(
  'identity.too_many_api_keys',
  409,
  'The account has as many API keys as it may have',
);
export const proofTooFresh = problem(
  'identity.proof_too_fresh',
  409,
  'What was changed a short while ago confirms nothing yet',
);
export const undoOver = problem('identity.undo_over', 404, 'The link is used, too old or was never sent');
export const countryNotServed = problem(
  'identity.country_not_served',
  400,
  'This installation sends no text messages to numbers of this country',
);
export const passwordChangeRequired = problem(
  'identity.password_change_required',
  403,
  'The first password must be changed before anything else',
);
