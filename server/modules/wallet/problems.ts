import { problem } from '../../kernel/problem.ts';

export const insufficientBalance = problem('wallet.insufficient_balance', 402, 'Insufficient balance');
export const transferDiffers = problem(
  'wallet.transfer_differs',
  409,
  'A transfer with this id and other content exists',
);
export const holdNotFound = problem('wallet.hold_not_found', 404, 'There is no such hold');
export const holdResolved = problem('wallet.hold_resolved', 409, 'The hold has been released or has expired');
export const holdExceeded = problem('wallet.hold_exceeded', 409, 'The hold does not cover this amount');
export const invalidTransfer = problem('wallet.invalid_transfer', 400, 'The transfer is not possible');
export const groupNotReversible = problem(
  'wallet.group_not_reversible',
  409,
  'These transfers cannot be reversed',
);
export const ledgerBusy = problem(
  'wallet.ledger_busy',
  503,
  'The ledger did not answer, try again with the same id',
);
export const channelNotOffered = problem(
  'wallet.channel_not_offered',
  404,
  'This payment channel is not offered',
);
export const idempotencyKeyReused = problem(
  'wallet.idempotency_key_reused',
  409,
  'This idempotency key was used for another request',
);
export const topUpNotFound = problem('wallet.top_up_not_found', 404, 'There is no such top-up');
export const topUpDecided = problem('wallet.top_up_decided', 409, 'The top-up does not wait any more');
export const notificationRefused = problem(
  'wallet.notification_refused',
  400,
  'The notification is not authentic',
);
export const notificationMismatch = problem(
  'wallet.notification_mismatch',
  409,
  'The notification does not match the order',
);
export const serialNumberTaken = problem(
  'wallet.serial_number_taken',
  409,
  'This serial number was credited with other content',
);
export const serialNumberSettled = problem(
  'wallet.serial_number_settled',
  409,
  'The credit of this serial number was reversed for good',
);
export const bankTransferNotFound = problem(
  'wallet.bank_transfer_not_found',
  404,
  'There is no such bank transfer',
);
export const bankTransferDecided = problem(
  'wallet.bank_transfer_decided',
  409,
  'This bank transfer is in another state',
);
export const secondOperatorNeeded = problem(
  'wallet.second_operator_needed',
  409,
  'Another operator must approve this',
);
export const suspendedPaymentNotFound = problem(
  'wallet.suspended_payment_not_found',
  404,
  'There is no such payment in suspense',
);
export const suspendedPaymentDecided = problem(
  'wallet.suspended_payment_decided',
  409,
  'This payment in suspense is in another state',
);
export const tenantNotFound = problem('wallet.tenant_not_found', 404, 'There is no such account');
export const paymentNotFound = problem('wallet.payment_not_found', 404, 'There is no such payment');
