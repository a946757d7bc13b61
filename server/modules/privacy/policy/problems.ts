import { problem } from '../../../kernel/problem.ts';

export const policyFalse = problem(
  'privacy.policy_false',
  409,
  'A sentence of the privacy policy would not be true with these settings',
);
export const acceptanceRequired = problem(
  'privacy.acceptance_required',
  409,
  'A new version of the privacy policy must be accepted before this goes on',
);
export const unknownPolicy = problem(
  'privacy.unknown_policy',
  409,
  'This is not the version of the privacy policy in force',
);
export const notNamed = problem(
  'privacy.installation_not_named',
  503,
  'The operator has not yet said who runs this installation',
);
