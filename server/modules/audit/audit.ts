import { and, desc, eq, lt } from 'drizzle-orm';
import { actorText, type Ctx, now, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import { authorize } from '../../permissions.ts';
import { auditEntries } from './schema.ts';

/** Identifiers, numbers and codes. A personal value here would outlive the person. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** Writes down a mutation in its own transaction: there is no change without its entry, and no entry without its change. */
export async function audit(
  ctx: Ctx,
  action: string,
  targetId: string | null,
  details: AuditDetails = {},
): Promise<void> {
  if (ctx.purpose === null)
    throw new Error(`audit of ${action} must happen inside the transaction it describes`);
  await ctx.db.insert(auditEntries).values({
    id: newId('auditEntry'),
    tenantId: ctx.tenantId,
    actor: actorText(ctx.actor),
    action,
    targetId,
    details,
    requestId: ctx.requestId,
    createdAt: now(ctx),
  });
}

/** Entries of the actor's own account, newest first. */
export async function listAuditEntries(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'audit:read');
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(auditEntries)
      .where(
        and(
          eq(auditEntries.tenantId, tenantOf(ctx)),
          query.cursor === undefined ? undefined : lt(auditEntries.id, query.cursor),
        ),
      )
      .orderBy(desc(auditEntries.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}
