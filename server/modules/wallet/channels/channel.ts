import type { Ctx } from '../../../kernel/context.ts';

/** What we ask a payment vendor to collect. */
export interface PaymentOrder {
  /** Our id, which the vendor repeats in everything it says about the payment. */
  readonly topUpId: string;
  readonly amountMicros: bigint;
  readonly currency: string;
  readonly expiresAt: Date;
}

/** What a vendor says about a payment. */
export interface PaymentFacts {
  readonly topUpId: string;
  readonly state: 'waiting' | 'paid' | 'closed';
  /** The vendor's own id of the payment. */
  readonly tradeNumber: string;
  readonly amountMicros: bigint;
  readonly currency: string;
}

/** A request as it came over the wire: signatures cover the bytes, not what a parser made of them. */
export interface RawNotification {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One way for money to come in. The real vendors and the sandbox are reached through this and nothing else. */
export interface PaymentChannel {
  readonly name: string;
  /** Registers the order; asking again for the same order answers the same. Called outside any transaction. */
  createPayment(ctx: Ctx, order: PaymentOrder): Promise<{ readonly redirectUrl: string }>;
  /** Asks the vendor, for when a notification got lost. Null when it does not know the order. */
  findPayment(ctx: Ctx, topUpId: string): Promise<PaymentFacts | null>;
  /** Takes the order back, unless it is paid; answers what it is now. Null when the vendor does not know it. */
  closePayment(ctx: Ctx, topUpId: string): Promise<PaymentFacts | null>;
  /** Proves that a notification comes from the vendor, unchanged and now. @throws `wallet.notification_refused` */
  readNotification(ctx: Ctx, notification: RawNotification): PaymentFacts;
}
