import { and, desc, eq, notLike } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { findErased } from '../../kernel/erasure-fence.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../audit/index.ts';
import { withoutOwner } from './record-usage.ts';
import { usageEvents } from './schema.ts';
import { type EventFilter, eventFilters, isOlderThan, linesOf } from './usage.ts';

/** One account, or one call: staff reads what a customer asks about, and no more. */
export type AccountEventFilter = Pick<EventFilter, 'from' | 'to' | 'outcome'> &
  ({ readonly tenantId: string } | { readonly requestId: string });

/**
 * Single calls of an account, or the one with an id, newest first, for an operator who says why; the person sees who looked.
 * Names of keys are not shown.
 */
export async function listAccountEvents(
  ctx: Ctx,
  { limit, cursor, ...query }: AccountEventFilter & { limit: number; cursor?: string | undefined },
) {
  authorize(ctx, 'billing:read-accounts');
  requireReason(ctx);
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const tenantId = 'tenantId' in query ? query.tenantId : undefined;
    const rows = await ctx.db
      .select()
      .from(usageEvents)
      .where(
        and(
          tenantId === undefined ? undefined : eq(usageEvents.tenantId, tenantId),
          ...eventFilters(query),
          cursor === undefined || tenantId === undefined ? undefined : isOlderThan(cursor, tenantId),
          // An answer that ended after its person was erased has no person.
          notLike(usageEvents.userId, `${withoutOwner}%`),
        ),
      )
      .orderBy(desc(usageEvents.finishedAt), desc(usageEvents.id))
      .limit(limit + 1);
    const { items: found, nextCursor } = page(rows, limit);
    // What is kept of an erased person for the next bill is for the bill alone.
    const erased = await findErased(
      ctx,
      found.map(({ userId }) => userId),
    );
    const items = found.filter(({ userId }) => !erased.has(userId));
    await recordStaffRead(ctx, {
      subjects: items.map(({ userId, tenantId }) => ({ id: userId, tenantId })),
      what: shown.map((column) => `billing.usage_events.${column}`),
    });
    return {
      items: items.map((row) => ({
        ...row,
        at: row.finishedAt,
        lines: linesOf(ctx, row),
        apiKeyName: null,
      })),
      nextCursor,
    };
  });
}

const shown = ['sku', 'outcome', 'endpoint', 'started_at', 'quantities', 'charge_micros'] as const;
