import { invalidTransfer } from './problems.ts';

/**
 * The chart of accounts. An account's id says what it is (`cash:tenant_01…`, `clearing:sandbox`), so no code looks ids
 * up and an account exists as soon as money first touches it. Balances are credits minus debits.
 */
const kinds = {
  /** What a customer has paid in and not yet spent. Never below zero. */
  cash: { owner: 'tenant', floorMicros: 0n },
  /** What a customer owes for work that was done when no money was left. Never above zero. */
  debt: { owner: 'tenant', floorMicros: null },
  /** Money on its way between a payment channel and us. */
  clearing: { owner: 'platform', floorMicros: null },
  /** Money that arrived for a closed account and waits for an operator. Never below zero. */
  suspense: { owner: 'platform', floorMicros: 0n },
  revenue: { owner: 'platform', floorMicros: null },
  refund_payable: { owner: 'platform', floorMicros: null },
  promo_expense: { owner: 'platform', floorMicros: null },
  writeoff: { owner: 'platform', floorMicros: null },
  rounding: { owner: 'platform', floorMicros: null },
} as const satisfies Record<string, { owner: 'tenant' | 'platform'; floorMicros: bigint | null }>;

export type AccountKind = keyof typeof kinds;

export interface AccountFacts {
  readonly kind: AccountKind;
  readonly tenantId: string | null;
  /** The lowest allowed balance after holds; null means that the account may go below zero. */
  readonly floorMicros: bigint | null;
}

export function cashAccount(tenantId: string): string {
  return `cash:${tenantId}`;
}

export function debtAccount(tenantId: string): string {
  return `debt:${tenantId}`;
}

export function clearingAccount(channel: string): string {
  return `clearing:${channel}`;
}

export function suspenseAccount(channel: string): string {
  return `suspense:${channel}`;
}

/** What an account's id says about it. @throws `wallet.invalid_transfer` for an id outside the chart of accounts. */
export function accountFacts(accountId: string): AccountFacts {
  const [kind = '', owner = ''] = accountId.split(':');
  if (!isAccountKind(kind) || owner === '' || accountId.length > 100) throw invalidTransfer({ accountId });
  return {
    kind,
    tenantId: kinds[kind].owner === 'tenant' ? owner : null,
    floorMicros: kinds[kind].floorMicros,
  };
}

function isAccountKind(text: string): text is AccountKind {
  return Object.hasOwn(kinds, text);
}
