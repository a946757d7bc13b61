import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { hashOfRead, personRead, recordHash } from './hash-staff-read.ts';
import { auditEntries, evidenceTerm, staffReads } from './schema.ts';

/** How the records of staff that looked compare with what the log vouches for. */
export interface StaffReadReport {
  /** Records that are as they were written. */
  readonly whole: number;
  /** Ids of records that are not as they were written, or that nothing vouches for. */
  readonly changed: readonly string[];
  /** Ids of records that are gone although neither their term nor an erasure has ended them. */
  readonly missing: readonly string[];
  /** Records whose entries no longer name them that are gone beyond the number the log says was deleted. */
  readonly unexplained: number;
  /** Records whose reason cannot be read any more: the key was destroyed. */
  readonly unreadable: number;
  /** Records from before the log vouched for them. */
  readonly unvouched: number;
}

export function areStaffReadsWhole({ changed, missing, unexplained }: StaffReadReport): boolean {
  return changed.length === 0 && missing.length === 0 && unexplained === 0;
}

const recordsPerRead = 1_000;
const hashOf = sql<string | null>`${auditEntries.details} ->> ${sql.raw(`'${recordHash}'`)}`;
const vouches = and(eq(auditEntries.action, personRead), sql`${hashOf} is not null`);

/**
 * Compares every record with the hash in its entry, and the other way round. An entry that has forgotten its person no
 * longer names its record; then the hash alone finds it, and the entries of the sweeper say how many may be gone.
 * Needs the keys of the persons: the hash covers the reason in plain words, so that sealing it anew changes nothing.
 */
export async function verifyStaffReads(ctx: Ctx): Promise<StaffReadReport> {
  return inTransaction(
    ctx,
    'security',
    async (ctx) => {
      const nameless = await readNamelessHashes(ctx);
      const records = await compareRecords(ctx, nameless);
      const gone = await findGone(ctx);
      // Every nameless hash that found no record stands for one that is gone, or that cannot be read any more.
      const left = gone.left + nameless.hashes.size - records.namelessUnreadable;
      const { whole, changed, unreadable, unvouched } = records;
      const unexplained = Math.max(0, left - (await countDeleted(ctx, nameless.since)));
      return { whole, changed, missing: gone.missing, unexplained, unreadable, unvouched };
    },
    { isSnapshot: true },
  );
}

interface Nameless {
  /** Of entries that have forgotten their record; each is taken out when its record is found. */
  readonly hashes: Set<string>;
  /** When the log first vouched for a record, null if it never has. */
  readonly since: Date | null;
}

async function readNamelessHashes(ctx: Ctx): Promise<Nameless> {
  const rows = await ctx.db
    .select({ hash: hashOf })
    .from(auditEntries)
    .where(and(vouches, isNull(auditEntries.targetId)));
  const [first] = await ctx.db
    .select({ createdAt: auditEntries.createdAt })
    .from(auditEntries)
    .where(vouches)
    .orderBy(asc(auditEntries.createdAt))
    .limit(1);
  return { hashes: new Set(rows.flatMap(({ hash }) => hash ?? [])), since: first?.createdAt ?? null };
}

async function compareRecords(ctx: Ctx, { hashes, since }: Nameless) {
  const found = { whole: 0, changed: [] as string[], unreadable: 0, namelessUnreadable: 0, unvouched: 0 };
  for (let last = ''; ;) {
    const stored = await ctx.db
      .select()
      .from(staffReads)
      .where(gt(staffReads.id, last))
      .orderBy(asc(staffReads.id))
      .limit(recordsPerRead);
    const entries = await entriesNaming(
      ctx,
      stored.map(({ id }) => id),
    );
    for (const read of await openRows(ctx, staffReads, stored)) {
      const hash = hashOfRead(ctx, read);
      const isNameless = !entries.has(read.id);
      const isAsWritten = isNameless ? hashes.delete(hash) : entries.get(read.id) === hash;
      if (isAsWritten) found.whole += 1;
      else if (isNameless ? since === null || read.createdAt < since : entries.get(read.id) === null)
        found.unvouched += 1;
      else if ((await ctx.vault.find(read.subjectId, 'evidence')).state !== 'destroyed')
        found.changed.push(read.id);
      else {
        found.unreadable += 1;
        if (isNameless) found.namelessUnreadable += 1;
      }
    }
    if (stored.length < recordsPerRead) return found;
    last = stored.at(-1)?.id ?? '';
  }
}

/** The hash each record's entry vouches for, null for entries from before they did. */
async function entriesNaming(ctx: Ctx, ids: string[]): Promise<ReadonlyMap<string, string | null>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: auditEntries.targetId, hash: hashOf })
    .from(auditEntries)
    .where(and(eq(auditEntries.action, personRead), inArray(auditEntries.targetId, ids)));
  return new Map(rows.flatMap(({ id, hash }) => (id === null ? [] : [[id, hash] as const])));
}

/**
 * Records that their entry names and that are not there. While the entry names a person with an account, the record
 * stays for its whole term. One about an address may have become a person's, and have ended with them.
 */
async function findGone(ctx: Ctx): Promise<{ missing: string[]; left: number }> {
  const rows = await ctx.db
    .select({
      id: sql<string>`${auditEntries.targetId}`,
      mustStay: sql<boolean>`coalesce(${auditEntries.subjectId} like 'user\\_%' and ${auditEntries.createdAt} > ${now(ctx)}::timestamptz - ${evidenceTerm}::interval, false)`,
    })
    .from(auditEntries)
    .leftJoin(staffReads, eq(staffReads.id, auditEntries.targetId))
    .where(and(vouches, sql`${auditEntries.targetId} is not null`, isNull(staffReads.id)));
  const missing = rows.filter(({ mustStay }) => mustStay).map(({ id }) => id);
  return { missing, left: rows.length - missing.length };
}

/** How many records the log says were deleted, by term or after an erasure, since it vouches for them. */
async function countDeleted(ctx: Ctx, since: Date | null): Promise<number> {
  if (since === null) return 0;
  const [row] = await ctx.db
    .select({ done: sql<bigint>`coalesce(sum((${auditEntries.details} ->> 'done')::bigint), 0)::bigint` })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.action, 'privacy.term_ended'),
        sql`${auditEntries.details} ->> 'table' = 'audit.staff_reads'`,
        sql`${auditEntries.createdAt} >= ${since}::timestamptz`,
      ),
    );
  return Number(row?.done ?? 0);
}
