import { type Ctx, now } from '../../../kernel/context.ts';
import type { Case } from './case-store.ts';
import { mergeDuplicates } from './merge-duplicates.ts';
import type { verifications } from './tables.ts';
import { takeStep } from './take-step.ts';

/** Ends the identity check: the second clock starts, and only now duplicates are looked for. */
export async function acceptVerified(
  ctx: Ctx,
  row: Case,
  verifiedBy: (typeof verifications)[number],
  note?: string,
): Promise<Case> {
  const accepted = await takeStep(ctx, row, {
    kind: 'accepted',
    by: verifiedBy === 'officer' ? 'officer' : 'system',
    to: 'accepted',
    code: verifiedBy,
    note,
    set: { verifiedAt: row.verifiedAt ?? now(ctx), verifiedBy },
  });
  return mergeDuplicates(ctx, accepted);
}
