import type { Ctx } from '../kernel/context.ts';
import type { ErasedPerson } from './sink.ts';

/** What a module has to say before an account is closed. */
export interface ClosingReview {
  /** Money that is lost with the account, unless the person takes it back first. */
  readonly balanceMicros?: bigint;
  readonly owedMicros?: bigint;
  /** Codes of what must be settled first. */
  readonly blocks?: readonly string[];
}

/** Speaks before an account is closed. Called outside any transaction, for the system. */
export type ReviewClosing = (ctx: Ctx, person: ErasedPerson) => Promise<ClosingReview>;

/** What all modules say, together. */
export async function collectReviews(ctx: Ctx, person: ErasedPerson): Promise<Required<ClosingReview>> {
  let [balanceMicros, owedMicros] = [0n, 0n];
  const blocks: string[] = [];
  for (const review of ctx.product.closingReviews) {
    const said = await review(ctx, person);
    balanceMicros += said.balanceMicros ?? 0n;
    owedMicros += said.owedMicros ?? 0n;
    blocks.push(...(said.blocks ?? []));
  }
  return { balanceMicros, owedMicros, blocks };
}
