import { and, desc, eq, sql } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { billRows } from './schema.ts';

export interface BillQuery {
  readonly month?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Hourly rows of the account's bills, newest first. */
export async function listBills(ctx: Ctx, query: BillQuery) {
  authorize(ctx, 'billing:read');
  const tenantId = tenantOf(ctx);
  return inTransaction(ctx, 'billing', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(billRows)
      .where(
        and(
          eq(billRows.tenantId, tenantId),
          query.month === undefined ? undefined : eq(billRows.month, query.month),
          query.cursor === undefined
            ? undefined
            : sql`(${billRows.month}, ${billRows.seq}) < (select c.month, c.seq from billing.bill_rows c where c.id = ${query.cursor} and c.tenant_id = ${tenantId})`,
        ),
      )
      .orderBy(desc(billRows.month), desc(billRows.seq))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

/** Sums per billing month, newest first. Months are Shanghai's (RT-2), and rows never cross one. */
export async function listMonths(ctx: Ctx) {
  authorize(ctx, 'billing:read');
  return inTransaction(ctx, 'billing', (ctx) =>
    ctx.db
      .select({
        month: billRows.month,
        listMicros: sql<bigint>`sum(${billRows.listMicros})`.mapWith(BigInt),
        cashMicros: sql<bigint>`sum(${billRows.cashMicros})`.mapWith(BigInt),
      })
      .from(billRows)
      .where(eq(billRows.tenantId, tenantOf(ctx)))
      .groupBy(billRows.month)
      .orderBy(desc(billRows.month)),
  );
}
