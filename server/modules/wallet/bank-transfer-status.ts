/** The life of a credit: `waiting` and `reversing` for a second operator, where the installation has one. */
export const bankTransferTransitions = {
  waiting: ['credited', 'rejected'],
  credited: ['reversing', 'reversed'],
  rejected: [],
  reversing: ['reversed', 'credited'],
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export type BankTransferStatus = keyof typeof bankTransferTransitions;
export const bankTransferStatuses = ['waiting', 'credited', 'rejected', 'reversing', 'reversed'] as const;

/** Why a credit was undone. Words, not sentences: a sentence might name a person. */
export const reversalReasons = [
  'wrong_account',
  'wrong_amount',
  'returned_by_bank',
  'credited_twice',
  'paid_back',
] as const;
export type ReversalReason = (typeof reversalReasons)[number];

/** After these reversals the money is still at our bank and in no customer's account, so it may be credited once more. */
const creditableReasons: readonly (ReversalReason | null)[] = ['wrong_account', 'wrong_amount'];

/**
 * Whether a credit keeps its serial number from being credited once more. The unique index
 * `bank_transfers_serial_number_key` says the same.
 */
export function keepsSerialNumber(credit: {
  readonly status: BankTransferStatus;
  readonly reversalReason: ReversalReason | null;
}): boolean {
  if (credit.status === 'rejected') return false;
  return credit.status !== 'reversed' || !creditableReasons.includes(credit.reversalReason);
}

export function canTransferBecome(from: BankTransferStatus, to: BankTransferStatus): boolean {
  const next: readonly BankTransferStatus[] = bankTransferTransitions[from];
  return next.includes(to);
}
