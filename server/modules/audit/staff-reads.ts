import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import { type Ctx, now, type Reason, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import { caseHeader, reasonHeader, reasonLength } from '../../kernel/reason.ts';
import { openRows, sealChanges, sealRows } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { auditAll } from './audit.ts';
import { hashOfRead, personRead, recordHash } from './hash-staff-read.ts';
import { reasonRequired } from './problems.ts';
import { staffReads } from './schema.ts';

export interface StaffRead {
  /** Whose data are shown, with the paying account they belong to. */
  readonly subjects: readonly { readonly id: string; readonly tenantId: string | null }[];
  /** What is shown: `schema.table.column` of declared personal columns, so that the person reads their titles. */
  readonly what: readonly string[];
}

/** The reason of the request. First in a verb that shows persons to staff, also when it would find no person. @throws `audit.reason_required` */
export function requireReason(ctx: Ctx): Reason {
  if (ctx.reason !== null) return ctx.reason;
  const { min, max } = reasonLength;
  throw reasonRequired({
    header: reasonHeader,
    issues: [
      {
        path: `headers.${reasonHeader}`,
        message: `must say why, in ${min} to ${max} characters, percent-encoded; ${caseHeader} may name the case`,
      },
    ],
  });
}

/**
 * Writes down that staff looked at data of persons, once per person, in the transaction that reads them. Looking at
 * one's own data is no staff read. @throws `audit.reason_required`
 */
export async function recordStaffRead(ctx: Ctx, { subjects, what }: StaffRead): Promise<void> {
  const reason = requireReason(ctx);
  if (ctx.purpose === null) throw new Error('a staff read is recorded in the transaction that reads');
  const personal = personalColumns(ctx);
  const strange = what.filter((name) => !personal.has(name));
  if (strange.length > 0) throw new Error(`no personal column is called ${strange.join(', ')}`);
  const staffId = userOf(ctx);
  const others = [...new Map(subjects.map((subject) => [subject.id, subject])).values()].filter(
    ({ id }) => id !== staffId,
  );
  if (others.length === 0) return;
  const rows = others.map(({ id: subjectId, tenantId }) => ({
    id: newId('read'),
    tenantId,
    subjectId,
    staffId,
    what: [...what],
    reason: reason.text,
    caseId: reason.caseId,
    requestId: ctx.requestId,
    createdAt: now(ctx),
  }));
  const sealed = await sealRows(ctx, staffReads, rows);
  await auditAll(
    ctx,
    rows.map((row) => ({
      action: personRead,
      targetId: row.id,
      subjectId: row.subjectId,
      tenantId: row.tenantId,
      details: { what: what.join(' '), caseId: reason.caseId },
      vouchers: { [recordHash]: hashOfRead(ctx, row) },
    })),
  );
  await ctx.db.insert(staffReads).values(sealed);
}

/**
 * Makes the looks at rows without a person (yet) the person's, once it is known whose they are. Joins the caller's
 * transaction for `erasure`.
 */
export async function adoptStaffReads(ctx: Ctx, userId: string, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  const found = await ctx.db
    .select()
    .from(staffReads)
    .where(inArray(staffReads.subjectId, [...subjects]))
    .for('update');
  for (const { id, reason } of await openRows(ctx, staffReads, found)) {
    const sealed = await sealChanges(ctx, staffReads, { id, subject: userId }, { reason });
    await ctx.db
      .update(staffReads)
      .set({ ...sealed, subjectId: userId })
      .where(eq(staffReads.id, id));
  }
}

function personalColumns({ product: { registry } }: Ctx): ReadonlySet<string> {
  return new Set(
    registry.tables.flatMap(({ schema, name, columns }) =>
      columns.flatMap((column) => (column.datum === null ? [] : [`${schema}.${name}.${column.name}`])),
    ),
  );
}

/** Who of the staff looked at the actor's data, at what, when and why; newest first. */
export async function listStaffReads(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'audit:read');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(staffReads)
      .where(
        and(
          eq(staffReads.subjectId, userOf(ctx)),
          query.cursor === undefined ? undefined : lt(staffReads.id, query.cursor),
        ),
      )
      .orderBy(desc(staffReads.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return { items: await openRows(ctx, staffReads, items), nextCursor };
  });
}
