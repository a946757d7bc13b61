import type { Ctx } from '../kernel/context.ts';

/** A company outside this one that receives something of persons, by a contract the operator has entered here. */
export interface OutsideRecipient {
  /** The same company in the same country is the same recipient, however many servers it has. */
  readonly key: string;
  readonly name: string;
  readonly contact: string;
  /** ISO 3166 code of the country where it processes: `CN`. */
  readonly region: string;
  readonly contract: string;
  readonly retentionDays: number;
  /** How a transfer out of China is allowed (PIPL 38); null inside. */
  readonly mechanism: 'security-assessment' | 'certification' | 'standard-contract' | null;
}

/** Reads the recipients a module keeps, in the transaction of the caller; the policy names each of them. */
export type ReadRecipients = (ctx: Ctx) => Promise<readonly OutsideRecipient[]>;

/** Every recipient of every module, inside the transaction of the caller, in order of its key. */
export async function readOutsideRecipients(ctx: Ctx): Promise<OutsideRecipient[]> {
  const found = new Map<string, OutsideRecipient>();
  for (const read of ctx.product.outsideRecipients)
    for (const recipient of await read(ctx)) found.set(recipient.key, recipient);
  return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
