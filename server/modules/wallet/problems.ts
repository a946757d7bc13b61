import { problem } from '../../kernel/problem.ts';

export const insufficientBalance = problem('wallet.insufficient_balance', 402, 'Insufficient balance');
export const transferDiffers = problem('wallet.transfer_differs', 409, 'A transfer with this id and other content exists');
export const holdNotFound = problem('wallet.hold_not_found', 404, 'There is no such hold');
export const holdResolved = problem('wallet.hold_resolved', 409, 'The hold has been released or has expired');
export const holdExceeded = problem('wallet.hold_exceeded', 409, 'The hold does not cover this amount');
export const invalidTransfer = problem('wallet.invalid_transfer', 400, 'The transfer is not possible');
export const groupNotReversible = problem('wallet.group_not_reversible', 409, 'These transfers cannot be reversed');
export const ledgerBusy = problem('wallet.ledger_busy', 503, 'The ledger did not answer, try again with the same id');
