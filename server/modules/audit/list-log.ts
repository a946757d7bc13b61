import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { actWords } from '../../declare/acts.ts';
import { audit } from './audit.ts';
import { auditEntries, logLeaves } from './schema.ts';
import { recordStaffRead, requireReason } from './staff-reads.ts';

export interface LogFilter {
  /** Kind and identifier, as the list shows it. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetId?: string | undefined;
  readonly from?: Date | undefined;
  /** First instant that no longer belongs to the answer. */
  readonly to?: Date | undefined;
}

const shown = ['audit.entries.actor', 'audit.entries.target_id'];

/**
 * The log of the whole installation as an officer reads it, newest first: who did what to what, by their ids, no
 * details of persons. Every person it concerns sees who looked. @throws `audit.reason_required`
 */
export async function listLog(
  ctx: Ctx,
  query: LogFilter & { readonly limit: number; readonly cursor?: string | undefined },
) {
  authorize(ctx, 'audit:list-log');
  requireReason(ctx);
  return inTransaction(ctx, 'security', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: auditEntries.id,
        actor: auditEntries.actor,
        action: auditEntries.action,
        targetId: auditEntries.targetId,
        requestId: auditEntries.requestId,
        createdAt: auditEntries.createdAt,
        subjectId: auditEntries.subjectId,
        tenantId: auditEntries.tenantId,
        leafIndex: logLeaves.seq,
      })
      .from(auditEntries)
      .leftJoin(logLeaves, eq(logLeaves.entryId, auditEntries.id))
      .where(
        and(
          query.actor === undefined ? undefined : eq(auditEntries.actor, query.actor),
          query.action === undefined ? undefined : eq(auditEntries.action, query.action),
          query.targetId === undefined ? undefined : eq(auditEntries.targetId, query.targetId),
          query.from === undefined ? undefined : gte(auditEntries.createdAt, query.from),
          query.to === undefined ? undefined : lt(auditEntries.createdAt, query.to),
          query.cursor === undefined
            ? undefined
            : sql`(${auditEntries.createdAt}, ${auditEntries.id}) < (select c.created_at, c.id from audit.entries c where c.id = ${query.cursor})`,
        ),
      )
      .orderBy(desc(auditEntries.createdAt), desc(auditEntries.id))
      .limit(query.limit + 1);
    const found = page(rows, query.limit);
    await recordStaffRead(ctx, {
      subjects: found.items.flatMap(({ subjectId, tenantId }) =>
        subjectId === null ? [] : [{ id: subjectId, tenantId }],
      ),
      what: shown,
    });
    return {
      items: found.items.map((item) => ({ ...item, title: actWords(ctx.product, item.action) })),
      nextCursor: found.nextCursor,
    };
  });
}

/** Notes that the log leaves as a file; what is in it is noted page by page. */
export async function noteLogExport(ctx: Ctx): Promise<void> {
  authorize(ctx, 'audit:list-log');
  requireReason(ctx);
  await inTransaction(ctx, 'security', (ctx) =>
    audit(ctx, 'audit.log_exported', { targetId: null, subjectId: null }),
  );
}
