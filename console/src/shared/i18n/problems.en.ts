import type { ProblemMessages } from './problems.zh.ts';

export const problemsEn: ProblemMessages = {
  kernel: {
    invalid_input: 'Some of what you entered is not right. Please check and send it again.',
    unauthenticated: 'Please sign in first.',
    forbidden: 'Your account is not allowed to do this.',
    not_found: 'This could not be found. It may have been deleted.',
    conflict: 'This is not possible in the present state. Refresh and try again.',
    body_too_large: 'That is too large.',
    too_many_requests: 'Too many attempts. Please wait a moment and try again.',
    internal_error: 'Something went wrong on our side. Please try again; if it persists, tell us the request id.',
    unavailable: 'The service is not available right now. Please try again shortly.',
  },
  wallet: {
    insufficient_balance: 'There is not enough money in the wallet. Please top up first.',
    serial_number_taken: 'This serial number belongs to another transfer with different content.',
  },
};
