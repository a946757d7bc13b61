import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { actWords } from '../../declare/acts.ts';
import { type AuditDetails, auditEntries, entryDetails, logLeaves } from './schema.ts';

/** Stands where the person who acted has been erased since. */
const erasedActor = 'erased';

/** Entries of the actor's own account, newest first, with their place in the log once they have one. */
export async function listAuditEntries(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'audit:read');
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: auditEntries.id,
        actor: auditEntries.actor,
        action: auditEntries.action,
        targetId: auditEntries.targetId,
        details: auditEntries.details,
        requestId: auditEntries.requestId,
        createdAt: auditEntries.createdAt,
        leafIndex: logLeaves.seq,
      })
      .from(auditEntries)
      .leftJoin(logLeaves, eq(logLeaves.entryId, auditEntries.id))
      .where(
        and(
          eq(auditEntries.tenantId, tenantOf(ctx)),
          query.cursor === undefined
            ? undefined
            : sql`(${auditEntries.createdAt}, ${auditEntries.id}) < (select c.created_at, c.id from audit.entries c where c.id = ${query.cursor} and c.tenant_id = ${tenantOf(ctx)})`,
        ),
      )
      .orderBy(desc(auditEntries.createdAt), desc(auditEntries.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    const sealed = await openDetails(
      ctx,
      items.map(({ id }) => id),
    );
    return {
      items: items.map((item) => ({
        ...item,
        title: actWords(ctx.product, item.action),
        actor: item.actor ?? erasedActor,
        details: { ...sealed.get(item.id), ...item.details },
      })),
      nextCursor,
    };
  });
}

/** Details by entry, of those that have sealed ones whose key still exists. */
async function openDetails(
  ctx: Ctx,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, AuditDetails>> {
  if (entryIds.length === 0) return new Map();
  const rows = await ctx.db
    .select({
      entryId: entryDetails.entryId,
      subjectId: entryDetails.subjectId,
      details: entryDetails.details,
    })
    .from(entryDetails)
    .where(inArray(entryDetails.entryId, [...entryIds]));
  const opened = await openRows(ctx, entryDetails, rows);
  // A value whose key was destroyed opens as null.
  return new Map(opened.flatMap(({ entryId, details }) => (details === null ? [] : [[entryId, details]])));
}
