import type { Ctx } from '../../kernel/context.ts';
import { authorize } from '../../declare/permissions.ts';
import { bookGroup } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import { inSettlement } from './retry.ts';
import type { Transfer, TransferResult } from './transfer.ts';

/**
 * Books transfers, all or none, in order. A caller with several should pass them in one call: their accounts are then
 * locked in one order, and two such calls cannot deadlock. The journal is its own audit trail.
 * @throws the wallet problem of the first transfer that is not possible.
 */
export async function postTransfers(ctx: Ctx, transfers: readonly Transfer[]): Promise<TransferResult[]> {
  authorize(ctx, 'wallet:post');
  if (transfers.length === 0) return [];
  return inSettlement(ctx, async (ctx) => {
    const book = await openBook(ctx, transfers);
    const results = bookGroup(book, transfers);
    await writeBook(
      ctx,
      book,
      new Set(results.filter(({ outcome }) => outcome === 'created').map(({ id }) => id)),
    );
    return results;
  });
}
