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

/** Why a credit was undone. Words, not sentences: a sentence might name somebody. */
export const reversalReasons = [
  'wrong_account',
  'wrong_amount',
  'returned_by_bank',
  'credited_twice',
  'paid_back',
] as const;
export type ReversalReason = (typeof reversalReasons)[number];

export function canTransferBecome(from: BankTransferStatus, to: BankTransferStatus): boolean {
  const next: readonly BankTransferStatus[] = bankTransferTransitions[from];
  return next.includes(to);
}
