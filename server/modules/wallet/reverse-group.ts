import type { Ctx } from '../../kernel/context.ts';
import { authorize } from '../../declare/permissions.ts';
import { bookGroup } from './book.ts';
import { findGroup, hasOtherReversal, openBook, writeBook } from './book-store.ts';
import { groupNotReversible } from './problems.ts';
import { inSettlement } from './retry.ts';
import type { Transfer, TransferResult } from './transfer.ts';

/**
 * Undoes a group by new transfers in the opposite order: it unwinds what was recorded, not what today's rules would
 * do. Money captured from a hold goes back to the account, not into the hold. Each transfer is reversed at most once.
 */
export async function reverseGroup(
  ctx: Ctx,
  input: { groupId: string; reversalId: string },
): Promise<TransferResult[]> {
  authorize(ctx, 'wallet:post');
  return inSettlement(ctx, async (ctx) => {
    const group = await findGroup(ctx, input.groupId);
    const moved = group.filter(({ creditAccountId }) => creditAccountId !== null);
    if (moved.length === 0 || moved.some(({ reversalOf }) => reversalOf !== null))
      throw groupNotReversible({ groupId: input.groupId });
    const reversals = moved.toReversed().map((booked): Transfer => ({
      id: `${input.reversalId}:${booked.id}`,
      kind: 'post',
      code: 'reversal',
      debit: booked.creditAccountId ?? '',
      credit: booked.debitAccountId,
      amountMicros: booked.amountMicros,
      groupId: input.reversalId,
      refType: booked.refType,
      refId: booked.refId,
      reversalOf: booked.id,
    }));
    const book = await openBook(ctx, reversals);
    // Behind the locks: another reversal of the group moves the same accounts.
    if (await hasOtherReversal(ctx, reversals)) throw groupNotReversible({ groupId: input.groupId });
    const results = bookGroup(book, reversals);
    await writeBook(
      ctx,
      book,
      new Set(results.filter(({ outcome }) => outcome === 'created').map(({ id }) => id)),
    );
    return results;
  });
}
