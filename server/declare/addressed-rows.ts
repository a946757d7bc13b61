import type { Ctx } from '../kernel/context.ts';

/** A number or an address something was sent to. */
export interface Address {
  readonly channel: 'sms' | 'mail';
  readonly address: string;
}

/** Rows about the holder of an address, written before its person is known. They are found by a keyed hash. */
export interface AddressedRows {
  /** `schema.table` */
  readonly place: string;
  /**
   * Makes the rows of these addresses the person's, in the caller's transaction for `erasure`.
   * @returns the subjects the rows had of their own until then.
   */
  claim(ctx: Ctx, userId: string, addresses: readonly Address[]): Promise<readonly string[]>;
  /** How many rows of these addresses written before an instant (not at it) are left. Joins the caller's transaction. */
  count(ctx: Ctx, addresses: readonly Address[], before: Date): Promise<number>;
}
