import { and, count, desc, eq, gte, isNotNull, lt, sql } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { firstOf } from '../../kernel/first-of.ts';
import { page } from '../../kernel/http.ts';
import { countOf, isCounted, mostCounted } from '../../kernel/totals.ts';
import { authorize } from '../../declare/permissions.ts';
import { cashAccount } from './accounts.ts';
import { transfers } from './schema.ts';
import type { TransferCode } from './transfer.ts';

export interface TransactionFilter {
  readonly type?: TransferCode | undefined;
  readonly direction?: 'in' | 'out' | undefined;
  readonly from?: Date | undefined;
  /** First instant that no longer belongs to the answer. */
  readonly to?: Date | undefined;
}

export interface TransactionQuery extends TransactionFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Transaction {
  readonly id: string;
  readonly at: Date;
  readonly direction: 'in' | 'out';
  readonly type: TransferCode;
  /** Where the money came from or what it was paid with. */
  readonly channel: string;
  readonly amountMicros: bigint;
  readonly balanceAfterMicros: bigint;
  /** Id of the top-up, bank transfer or use that caused it. */
  readonly relatedId: string;
}

/** Movements of the customer's cash, newest first, each with the balance after it (D-TRX-1). */
export async function listTransactions(
  ctx: Ctx,
  query: TransactionQuery,
): Promise<{ items: Transaction[]; nextCursor: string | null }> {
  authorize(ctx, 'wallet:read');
  const tenantId = tenantOf(ctx);
  return inTransaction(ctx, 'billing', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(transfers)
      .where(matching(query, tenantId))
      // The lock of the cash account makes time and sequence one order; the sequence tells equal instants apart.
      .orderBy(desc(transfers.createdAt), desc(transfers.seq))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return { items: items.map((row) => asTransaction(row, cashAccount(tenantId))), nextCursor };
  });
}

/** How many transactions there are under the filters, and what came in and went out with them. */
export async function sumTransactions(ctx: Ctx, filter: TransactionFilter) {
  authorize(ctx, 'wallet:read');
  const tenantId = tenantOf(ctx);
  return inTransaction(ctx, 'billing', async (ctx) => {
    const rows = ctx.db
      .select({
        amount: transfers.amountMicros,
        creditAccountId: transfers.creditAccountId,
        isCounted: isCounted(sql`${transfers.createdAt} desc, ${transfers.seq} desc`),
      })
      .from(transfers)
      .where(matching(filter, tenantId))
      .orderBy(desc(transfers.createdAt), desc(transfers.seq))
      .limit(mostCounted + 1)
      .as('counted');
    const isIn = eq(rows.creditAccountId, cashAccount(tenantId));
    const sums = await ctx.db
      .select({
        counted: count(),
        inMicros:
          sql<bigint>`coalesce(sum(${rows.amount}) filter (where ${rows.isCounted} and ${isIn}), 0)`.mapWith(
            BigInt,
          ),
        outMicros:
          sql<bigint>`coalesce(sum(${rows.amount}) filter (where ${rows.isCounted} and not ${isIn}), 0)`.mapWith(
            BigInt,
          ),
      })
      .from(rows);
    const { counted, ...money } = firstOf(sums);
    return { ...countOf(counted), ...money };
  });
}

function matching(query: TransactionFilter & { cursor?: string | undefined }, tenantId: string) {
  const cash = cashAccount(tenantId);
  return and(
    eq(transfers.tenantId, tenantId),
    isNotNull(transfers.cashAfterMicros),
    query.type === undefined ? undefined : eq(transfers.code, query.type),
    query.direction === undefined
      ? undefined
      : eq(query.direction === 'in' ? transfers.creditAccountId : transfers.debitAccountId, cash),
    query.from === undefined ? undefined : gte(transfers.createdAt, query.from),
    query.to === undefined ? undefined : lt(transfers.createdAt, query.to),
    // An unknown cursor finds nothing; another account's is unknown here.
    query.cursor === undefined
      ? undefined
      : sql`(${transfers.createdAt}, ${transfers.seq}) < (select c.created_at, c.seq from wallet.transfers c where c.id = ${query.cursor} and c.tenant_id = ${tenantId})`,
  );
}

function asTransaction(row: typeof transfers.$inferSelect, cash: string): Transaction {
  const isIn = row.creditAccountId === cash;
  const [kind = '', name = ''] = (isIn ? row.debitAccountId : (row.creditAccountId ?? '')).split(':');
  return {
    id: row.id,
    at: row.createdAt,
    direction: isIn ? 'in' : 'out',
    type: row.code as TransferCode,
    channel: kind === 'clearing' || kind === 'suspense' ? name : 'balance',
    amountMicros: row.amountMicros,
    balanceAfterMicros: row.cashAfterMicros ?? 0n,
    relatedId: row.refId,
  };
}
