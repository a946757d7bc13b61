import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  wallet: {
    group_not_reversible: 'This group of entries cannot be reversed.',
    hold_exceeded: 'The charge is larger than what was reserved.',
    hold_not_found: 'There is no such reservation.',
    hold_resolved: 'This reservation is settled already.',
    invalid_transfer: 'This entry does not hold together.',
    notification_mismatch: 'The payment notice does not match the order; nothing was credited.',
    notification_refused: 'The payment notice could not be verified.',
    payment_not_found: 'There is no such payment.',
    transfer_differs: 'Another entry has this number; nothing was booked twice.',
    insufficient_balance: 'The balance is too low. Please top up first.',
    serial_number_taken: 'This serial number belongs to another transfer with different content.',
    serial_number_settled:
      'The credit of this serial number was reversed and its money is no longer here. The list shows the reason.',
    bank_transfer_not_found: 'There is no such bank transfer.',
    bank_transfer_decided: 'This bank transfer was decided meanwhile. The list shows its state.',
    second_operator_needed:
      'You entered or asked for this yourself, or it is for your own account, so another operator must approve it. You can take it back.',
    suspended_payment_not_found: 'There is no such payment in suspense.',
    suspended_payment_decided: 'This payment was decided meanwhile. The list shows its state.',
    tenant_not_found: 'There is no such tenant.',
    top_up_not_found: 'There is no such top-up.',
    top_up_decided: 'This top-up was paid or ended meanwhile. Reload the page.',
    channel_not_offered: 'This payment channel is not offered.',
    idempotency_key_reused: 'This top-up was already sent. Reload the page.',
    ledger_busy: 'The ledger is busy. Please try again shortly; nothing is charged twice.',
  },
};
