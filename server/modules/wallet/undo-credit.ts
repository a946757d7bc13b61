import type { Ctx } from '../../kernel/context.ts';
import { minMicros } from '../../kernel/money.ts';
import { cashAccount, clearingAccount, debtAccount } from './accounts.ts';
import { bookGroup, freeCashMicros } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import type { Post } from './transfer.ts';

export interface UndoCredit {
  /** Id of what brought the money, as it was credited. */
  readonly id: string;
  readonly tenantId: string;
  readonly amountMicros: bigint;
  readonly channel: string;
  readonly refType: 'top_up' | 'bank_transfer';
}

/**
 * Takes a credit back: from the free money of the account, and what has been spent or held meanwhile becomes debt,
 * which the next payment pays first. Nothing goes below zero unseen. Inside a settlement transaction.
 * @returns the part that became debt.
 */
export async function undoCredit(
  ctx: Ctx,
  { id, tenantId, amountMicros, channel, refType }: UndoCredit,
): Promise<bigint> {
  const [cash, debt] = [cashAccount(tenantId), debtAccount(tenantId)];
  const groupId = `${id}:reversal`;
  const part = (from: 'cash' | 'debt', micros: bigint): Post => ({
    id: `${groupId}:${from}`,
    kind: 'post',
    code: 'reversal',
    debit: from === 'cash' ? cash : debt,
    credit: clearingAccount(channel),
    amountMicros: micros,
    groupId,
    refType,
    refId: id,
  });
  const book = await openBook(ctx, [part('cash', amountMicros), part('debt', amountMicros)]);
  const fromCash = minMicros(freeCashMicros(book, tenantId), amountMicros);
  const parts = [part('cash', fromCash), part('debt', amountMicros - fromCash)].filter(
    (post) => post.amountMicros > 0n,
  );
  bookGroup(book, parts);
  await writeBook(ctx, book, new Set(parts.map((post) => post.id)));
  return amountMicros - fromCash;
}
