/** The life of a top-up. A failed one can still be paid: money that arrives late is credited all the same. */
export const topUpTransitions = {
  pending: ['paid', 'failed'],
  failed: ['paid'],
  paid: [],
} as const satisfies Record<string, readonly string[]>;

/** In the order a person reads them. */
export const topUpStatuses = [
  'pending',
  'paid',
  'failed',
] as const satisfies readonly (keyof typeof topUpTransitions)[];

export type TopUpStatus = keyof typeof topUpTransitions;

/** The states from which a top-up can come to this one. */
export function statusesBefore(to: TopUpStatus): TopUpStatus[] {
  return topUpStatuses.filter((from) => canBecome(from, to));
}

export function canBecome(from: TopUpStatus, to: TopUpStatus): boolean {
  const next: readonly TopUpStatus[] = topUpTransitions[from];
  return next.includes(to);
}
