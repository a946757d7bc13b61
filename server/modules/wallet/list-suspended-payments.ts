import { and, desc, eq, lt } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../audit/index.ts';
import { suspendedPayments } from './schema.ts';
import type { SuspenseStatus } from './suspense-status.ts';

export interface ListSuspendedPayments {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: SuspenseStatus | undefined;
}

/** Money that arrived for closed accounts, newest first, with what became of it. */
export async function listSuspendedPayments(ctx: Ctx, query: ListSuspendedPayments) {
  authorize(ctx, 'wallet:credit');
  requireReason(ctx);
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(suspendedPayments)
      .where(
        and(
          query.status === undefined ? undefined : eq(suspendedPayments.status, query.status),
          query.cursor === undefined ? undefined : lt(suspendedPayments.id, query.cursor),
        ),
      )
      .orderBy(desc(suspendedPayments.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    await recordStaffRead(ctx, {
      subjects: items.flatMap(({ userId, tenantId }) => (userId === null ? [] : [{ id: userId, tenantId }])),
      what: ['wallet.suspended_payments.trade_number', 'wallet.suspended_payments.amount_micros'],
    });
    return { items: await openRows(ctx, suspendedPayments, items), nextCursor };
  });
}
