import type { Ctx } from '../../kernel/context.ts';
import { minMicros } from '../../kernel/money.ts';
import { cashAccount, debtAccount } from './accounts.ts';
import { accountIn, bookGroup } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import type { Post } from './transfer.ts';

export interface CashCredit {
  /** Id of what brought the money; the credit has the same, so that it happens once. */
  readonly id: string;
  readonly tenantId: string;
  readonly amountMicros: bigint;
  /** The account the money is taken from: clearing of a channel, or suspense. */
  readonly from: string;
  readonly refType: 'top_up' | 'bank_transfer' | 'suspended_payment';
}

/** Credits money that came in; what the customer owes is paid from it first. Inside a settlement transaction. */
export async function creditCash(
  ctx: Ctx,
  { id, tenantId, amountMicros, from, refType }: CashCredit,
): Promise<void> {
  const [cash, debt] = [cashAccount(tenantId), debtAccount(tenantId)];
  const common = { kind: 'post' as const, groupId: id, refType, refId: id };
  const credit: Post = {
    ...common,
    id,
    code: 'top_up',
    debit: from,
    credit: cash,
    amountMicros,
  };
  const book = await openBook(ctx, [credit], [debt]);
  const [result] = bookGroup(book, [credit]);
  if (result?.outcome !== 'created') return;
  const created = [id];
  const paidMicros = minMicros(-accountIn(book, debt).postedMicros, amountMicros);
  if (paidMicros > 0n) {
    const payment: Post = {
      ...common,
      id: `${id}:debt`,
      code: 'debt_payment',
      debit: cash,
      credit: debt,
      amountMicros: paidMicros,
    };
    bookGroup(book, [payment]);
    created.push(payment.id);
  }
  await writeBook(ctx, book, new Set(created));
}
