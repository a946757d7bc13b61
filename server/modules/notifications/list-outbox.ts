import { desc, lt } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../audit/index.ts';
import { outbox } from './schema.ts';

export interface ListOutbox {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Whether texts are shown: only in development, because they hold the codes and links that open accounts. */
  readonly withBodies: boolean;
}

/** What was sent in the last days, newest first, for an operator who gives a reason. */
export async function listOutbox(ctx: Ctx, query: ListOutbox) {
  authorize(ctx, 'notifications:read-outbox');
  requireReason(ctx);
  return inTransaction(ctx, 'notify', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: outbox.id,
        tenantId: outbox.tenantId,
        userId: outbox.userId,
        channel: outbox.channel,
        recipient: outbox.recipient,
        subject: outbox.subject,
        body: outbox.body,
        status: outbox.status,
        createdAt: outbox.createdAt,
      })
      .from(outbox)
      .where(query.cursor === undefined ? undefined : lt(outbox.id, query.cursor))
      .orderBy(desc(outbox.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    const opened = await openRows(ctx, outbox, items);
    await recordStaffRead(ctx, {
      // The receiver may turn out later: until then the message stands for them.
      subjects: items.map(({ id, userId, tenantId }) => ({ id: userId ?? id, tenantId })),
      what: query.withBodies
        ? ['notifications.outbox.recipient', 'notifications.outbox.body']
        : ['notifications.outbox.recipient'],
    });
    return {
      items: opened.map(({ userId: _receiver, tenantId: _payer, recipient: to, body, ...row }) => ({
        ...row,
        to,
        body: query.withBodies ? body : null,
      })),
      nextCursor,
    };
  });
}
