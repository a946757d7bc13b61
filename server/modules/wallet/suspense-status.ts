/**
 * The life of money that arrived for a closed account: an operator gives it back, or assigns it to an account, which
 * is `proposed` until a second operator has approved it, where there is one.
 */
export const suspenseTransitions = {
  open: ['proposed', 'refunded', 'assigned'],
  proposed: ['open', 'assigned'],
  refunded: [],
  assigned: [],
} as const satisfies Record<string, readonly string[]>;

export type SuspenseStatus = keyof typeof suspenseTransitions;
export const suspenseStatuses = ['open', 'proposed', 'refunded', 'assigned'] as const;

/** Words, not sentences: a sentence might name a person. */
export const refundReasons = ['account_closed', 'payer_asked', 'order_of_authority'] as const;
export type RefundReason = (typeof refundReasons)[number];
/** What proved that the money belongs to the account. */
export const assignmentProofs = ['bank_statement', 'channel_receipt', 'order_of_authority'] as const;
export type AssignmentProof = (typeof assignmentProofs)[number];
export type SuspenseReason = RefundReason | AssignmentProof;
export const suspenseReasons = [...new Set([...refundReasons, ...assignmentProofs])] as const;

export function canSuspenseBecome(from: SuspenseStatus, to: SuspenseStatus): boolean {
  const next: readonly SuspenseStatus[] = suspenseTransitions[from];
  return next.includes(to);
}
