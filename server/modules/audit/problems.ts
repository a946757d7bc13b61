import { problem } from '../../kernel/problem.ts';

export const reasonRequired = problem('audit.reason_required', 400, 'Say why you look at data of persons');
export const notYetSigned = problem('audit.not_yet_signed', 409, 'The entry is in no signed head yet');
export const logContradictsAnchor = problem(
  'audit.log_contradicts_anchor',
  409,
  'The log in the database is not the one that was anchored',
);
