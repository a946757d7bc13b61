import { and, asc, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import type { Act } from '../../declare/acts.ts';
import { audit } from './audit.ts';
import { endedParts, proofOfEnd } from './ended-references.ts';
import { lockLog } from './log-store.ts';
import { auditEntries, endedReferences, entryDetails, evidenceTerm } from './schema.ts';

/** How what entries have forgotten compares with the reasons there are to forget. */
export interface ReferenceReport {
  /** Entries younger than their term whose references ended with an erasure. */
  readonly ended: number;
  /** Ids of such entries whose references no erasure has ended. */
  readonly unexplained: readonly string[];
  /** So many had forgotten before there were proofs; which ones, nothing tells. */
  readonly unvouched: number;
  /** Ids of entries whose details are gone although neither their term nor an erasure has ended them. */
  readonly detailsMissing: readonly string[];
}

export function areReferencesWhole({ unexplained, detailsMissing }: ReferenceReport): boolean {
  return unexplained.length === 0 && detailsMissing.length === 0;
}

const proofsBegun = 'audit.end_proofs_begun' satisfies Act;
const entriesPerRead = 5_000;

/** Everything younger than its term must be there, or an erasure has vouched for its end. */
export async function verifyReferences(ctx: Ctx): Promise<ReferenceReport> {
  return inTransaction(
    ctx,
    'security',
    async (ctx) => {
      const { ended, unexplained } = await findUnexplained(ctx);
      const fromBefore = await countFromBefore(ctx);
      const isExplained = unexplained.length <= fromBefore;
      return {
        ended,
        unexplained: isExplained ? [] : unexplained,
        unvouched: isExplained ? unexplained.length : 0,
        detailsMissing: await findMissingDetails(ctx),
      };
    },
    { isSnapshot: true },
  );
}

const isYoung = (ctx: Ctx) =>
  sql`${auditEntries.createdAt} > ((${now(ctx)}::timestamptz at time zone 'UTC') - ${evidenceTerm}::interval) at time zone 'UTC'`;

async function findUnexplained(ctx: Ctx): Promise<{ ended: number; unexplained: string[] }> {
  let ended = 0;
  const unexplained: string[] = [];
  for (let last = ''; ;) {
    const entries = await ctx.db
      .select()
      .from(auditEntries)
      .where(
        and(
          gt(auditEntries.id, last),
          or(isNull(auditEntries.actorSalt), isNull(auditEntries.aboutSalt)),
          isYoung(ctx),
        ),
      )
      .orderBy(asc(auditEntries.id))
      .limit(entriesPerRead);
    const ids = entries.map(({ id }) => id);
    const proofs = await ctx.db
      .select({ proof: endedReferences.proof })
      .from(endedReferences)
      .where(inArray(endedReferences.entryId, ids));
    const known = new Set(proofs.map(({ proof }) => proof));
    for (const entry of entries) {
      const parts = endedParts(entry);
      if (parts.length === 0) continue;
      if (parts.every((part) => known.has(proofOfEnd(ctx, entry.id, part)))) ended += 1;
      else unexplained.push(entry.id);
    }
    if (entries.length < entriesPerRead) return { ended, unexplained };
    last = ids.at(-1) ?? '';
  }
}

/** While the entry names a person whose key lives, the details stay for their whole term. */
async function findMissingDetails(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: auditEntries.id, subjectId: sql<string>`${auditEntries.subjectId}` })
    .from(auditEntries)
    .leftJoin(entryDetails, eq(entryDetails.entryId, auditEntries.id))
    .where(
      and(
        isNotNull(auditEntries.sealedDigest),
        sql`${auditEntries.subjectId} like 'user\\_%'`,
        isNull(entryDetails.entryId),
        isYoung(ctx),
      ),
    )
    .orderBy(asc(auditEntries.id));
  const isDestroyed = new Map<string, boolean>();
  for (const subjectId of new Set(rows.map((row) => row.subjectId)))
    isDestroyed.set(subjectId, (await ctx.vault.find(subjectId, 'evidence')).state === 'destroyed');
  return rows.filter(({ subjectId }) => isDestroyed.get(subjectId) !== true).map(({ id }) => id);
}

/**
 * Writes down once how many entries had forgotten before there were proofs. The log notices when this entry goes, so
 * that they cannot be counted anew.
 */
export async function beginEndProofs(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, 'security', async (ctx) => {
    await lockLog(ctx);
    const [begun] = await ctx.db
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(eq(auditEntries.action, proofsBegun))
      .limit(1);
    if (begun !== undefined) return;
    const entries = (await findUnexplained(ctx)).unexplained.length;
    await audit(ctx, proofsBegun, {
      targetId: null,
      subjectId: null,
      details: { entries, proof: proofOfCount(ctx, entries) },
    });
  });
}

/** Of entries that claim the count only one that this installation has written counts. */
async function countFromBefore(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select({ details: auditEntries.details })
    .from(auditEntries)
    .where(eq(auditEntries.action, proofsBegun))
    .orderBy(asc(auditEntries.createdAt));
  const genuine = rows.flatMap(({ details }) => {
    const entries = details?.['entries'];
    return typeof entries === 'number' && details?.['proof'] === proofOfCount(ctx, entries) ? [entries] : [];
  });
  return genuine[0] ?? 0;
}

function proofOfCount(ctx: Ctx, entries: number): string {
  return ctx.keyedHash('entries that forgot before proofs', String(entries));
}
