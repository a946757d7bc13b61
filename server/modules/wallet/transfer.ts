/** Why money moves. Customers see it as the type of a transaction. */
export const transferCodes = ['top_up', 'usage', 'refund', 'debt_payment', 'reversal'] as const;
export type TransferCode = (typeof transferCodes)[number];

interface Common {
  /** Made by the caller, up to 120 characters: the same id and content any number of times is booked once. */
  readonly id: string;
  readonly code: TransferCode;
  /** Transfers that belong together and can be reversed together. */
  readonly groupId?: string | null;
  /** What in the business caused it: `top_up` and its id. */
  readonly refType: string;
  readonly refId: string;
  readonly reversalOf?: string | null;
}

/** Moves money now. */
export interface Post extends Common {
  readonly kind: 'post';
  readonly debit: string;
  readonly credit: string;
  readonly amountMicros: bigint;
}

/** Reserves money of `debit`; its id is the hold's id. */
export interface PlacedHold extends Common {
  readonly kind: 'hold';
  readonly debit: string;
  readonly amountMicros: bigint;
  readonly expiresAt: Date;
}

/** Moves part of a hold. */
export interface Capture extends Common {
  readonly kind: 'capture';
  readonly holdId: string;
  readonly credit: string;
  readonly amountMicros: bigint;
}

/** Gives back what is left of a hold, by will (`void`) or by time (`expire`). */
export interface Release extends Common {
  readonly kind: 'void' | 'expire';
  readonly holdId: string;
}

/** One debit and one credit, so that the books balance by construction. */
export type Transfer = Post | PlacedHold | Capture | Release;
export const transferKinds = ['post', 'hold', 'capture', 'void', 'expire'] as const;

/** A transfer as it stands in the books. */
export interface BookedTransfer {
  readonly id: string;
  readonly kind: (typeof transferKinds)[number];
  readonly code: TransferCode;
  readonly debitAccountId: string;
  /** Null where nothing moves: hold, void, expire. */
  readonly creditAccountId: string | null;
  readonly amountMicros: bigint;
  readonly tenantId: string | null;
  readonly holdId: string | null;
  readonly groupId: string | null;
  readonly refType: string;
  readonly refId: string;
  readonly reversalOf: string | null;
  /** Balance of the customer's cash account after it, if it moved. */
  readonly cashAfterMicros: bigint | null;
}

export interface TransferResult {
  readonly id: string;
  readonly outcome: 'created' | 'exists';
}
