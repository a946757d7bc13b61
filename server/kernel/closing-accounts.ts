import type { Ctx } from './context.ts';
import type { ErasedPerson } from './sinks.ts';

/** What a module has to say before an account is closed. */
export interface ClosingReview {
  /** Money that is lost with the account, unless the person takes it back first. */
  readonly balanceMicros?: bigint;
  readonly owedMicros?: bigint;
  /** Codes of what must be settled first. */
  readonly blocks?: readonly string[];
}

type Reviewer = (ctx: Ctx, person: ErasedPerson) => Promise<ClosingReview>;

const reviewers = new Map<string, Reviewer>();

/** Lets a module higher up speak before an account is closed. Called outside any transaction, for the system. */
export function reviewClosing(name: string, review: Reviewer): void {
  reviewers.set(name, review);
}

/** What all modules say, together. */
export async function collectReviews(ctx: Ctx, person: ErasedPerson): Promise<Required<ClosingReview>> {
  let [balanceMicros, owedMicros] = [0n, 0n];
  const blocks: string[] = [];
  for (const review of reviewers.values()) {
    const said = await review(ctx, person);
    balanceMicros += said.balanceMicros ?? 0n;
    owedMicros += said.owedMicros ?? 0n;
    blocks.push(...(said.blocks ?? []));
  }
  return { balanceMicros, owedMicros, blocks };
}
