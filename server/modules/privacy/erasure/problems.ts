import { problem } from '../../../kernel/problem.ts';

export const erasurePlanChanged = problem(
  'privacy.erasure_plan_changed',
  409,
  'What would happen is no longer what you were shown',
);
export const erasureRunning = problem('privacy.erasure_running', 409, 'You are being erased already');
export const erasureBlocked = problem(
  'privacy.erasure_blocked',
  409,
  'Something must be settled before the account can be closed',
);
export const balanceNotAcknowledged = problem(
  'privacy.balance_not_acknowledged',
  409,
  'Money is left that would be lost with the account',
);
export const notDeletable = problem('privacy.not_deletable', 409, 'These data go with the account only');
export const erasureNotFailed = problem('privacy.erasure_not_failed', 409, 'This erasure has not failed');
