import {
  type Anchor,
  type AnchoredLeaf,
  type AnchorReading,
  isSameHash,
  loadTreeState,
  type LogVerdict,
  type PublicKeySet,
  readAnchors,
  readTreeHead,
  rootOf,
  type TreeCut,
  type TreeHead,
  verifyLog,
} from '@candor/privacy-engine';
import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { MissingNodeError, nodeStore } from './log-store.ts';
import { readStoredLog } from './read-stored-log.ts';
import { logHeads, logLeaves } from './schema.ts';
import { areReferencesWhole, type ReferenceReport, verifyReferences } from './verify-references.ts';
import { areStaffReadsWhole, type StaffReadReport, verifyStaffReads } from './verify-staff-reads.ts';

/** What a whole look at the log found. */
export interface AuditReport {
  readonly verdict: LogVerdict;
  /** The entry that stands at the first bad leaf, null where it is gone or nothing is bad. */
  readonly badEntryId: string | null;
  /** Places of heads that no key known to us has signed. */
  readonly strangeHeads: readonly string[];
  /** Whether the stored nodes, from which proofs are made, still lead to the newest head. */
  readonly areNodesWhole: boolean;
  /** Entries that wait for their place; harmless while the server runs. */
  readonly waiting: number;
  /** Entries that neither have a place nor wait for one: written around the application. */
  readonly unlogged: number;
  /** Tickets whose entry was deleted before it had a place. */
  readonly lostTickets: readonly string[];
  readonly heads: number;
  /** Where the operator has accepted that a restored backup cut the log off; what was signed beyond counts no longer. */
  readonly cuts: readonly TreeCut[];
  /** What the log vouches for beyond itself: who of the staff looked at whom. */
  readonly staffReads: StaffReadReport;
  /** What entries have forgotten, and whether there was a reason. */
  readonly references: ReferenceReport;
}

export function isIntact(report: AuditReport): boolean {
  return (
    report.verdict.isIntact &&
    report.areNodesWhole &&
    report.strangeHeads.length === 0 &&
    report.unlogged === 0 &&
    report.lostTickets.length === 0 &&
    areStaffReadsWhole(report.staffReads) &&
    areReferencesWhole(report.references)
  );
}

/**
 * Reads the whole log and compares it with what was signed, in the database and in the anchors. That needs no key of
 * any person: erasure does not reach it. The records it vouches for are opened with the keys of their persons.
 */
export async function verifyAuditLog(
  ctx: Ctx,
  anchors: ReadonlyMap<string, Anchor>,
  keySet: PublicKeySet,
): Promise<AuditReport> {
  authorize(ctx, 'audit:keep-log');
  const { readings, cuts } = await readAnchors(anchors, keySet);
  const heads = await readHeads(ctx, readings, keySet);
  const verdict = await narrowestVerdict(ctx, heads.genuine, [...readings.values()]);
  return {
    verdict,
    badEntryId: verdict.isIntact ? null : await entryAt(ctx, verdict.firstBadLeaf),
    strangeHeads: heads.strange,
    areNodesWhole: await areNodesWhole(ctx, heads.genuine),
    ...(await countOutsiders(ctx)),
    heads: heads.genuine.length,
    cuts,
    staffReads: await verifyStaffReads(ctx),
    references: await verifyReferences(ctx),
  };
}

async function readHeads(ctx: Ctx, anchors: ReadonlyMap<string, AnchorReading>, keySet: PublicKeySet) {
  const stored = await inTransaction(ctx, 'security', (ctx) => ctx.db.select().from(logHeads));
  const readings = await Promise.all(stored.map(({ signedHead }) => readTreeHead(signedHead, keySet)));
  const genuine = readings.flatMap((reading) => (reading.isGenuine ? [reading.head] : []));
  const strange = readings.some(({ isGenuine }) => !isGenuine) ? ['database'] : [];
  for (const [place, { heads, isStrange }] of anchors) {
    genuine.push(...heads);
    if (isStrange) strange.push(place);
  }
  return { genuine, strange };
}

/** Any anchor may know best where a rewritten history begins; whether the log is whole they need not be asked. */
async function narrowestVerdict(
  ctx: Ctx,
  heads: readonly TreeHead[],
  anchors: readonly AnchorReading[],
): Promise<LogVerdict> {
  const verdictWith = async (leaves: AsyncIterable<AnchoredLeaf> | []) =>
    endOfLog(ctx, await verifyLog(readStoredLog(ctx), heads, leaves));
  let best = await verdictWith([]);
  for (const anchor of anchors) {
    if (best.isIntact) return best;
    const verdict = await verdictWith(anchor.leaves());
    if (spread(verdict) < spread(best) || (spread(verdict) === spread(best) && isEarlier(verdict, best)))
      best = verdict;
  }
  return best;
}

function spread(verdict: LogVerdict): number {
  return verdict.isIntact ? 0 : verdict.lastSuspectLeaf - verdict.firstBadLeaf;
}

function isEarlier(one: LogVerdict, other: LogVerdict): boolean {
  return !one.isIntact && !other.isIntact && one.firstBadLeaf < other.firstBadLeaf;
}

/** Leaves whose entries are all gone at the end would look like a shorter log. */
async function endOfLog(ctx: Ctx, verdict: LogVerdict): Promise<LogVerdict> {
  if (!verdict.isIntact) return verdict;
  const rows = await inTransaction(ctx, 'security', (ctx) =>
    ctx.db.select({ size: sql<bigint | null>`max(${logLeaves.seq}) + 1` }).from(logLeaves),
  );
  if (Number(rows[0]?.size ?? 0) <= verdict.size) return verdict;
  const { size: firstBadLeaf, signedSize } = verdict;
  return { isIntact: false, fault: 'deleted', firstBadLeaf, lastSuspectLeaf: firstBadLeaf, signedSize };
}

async function entryAt(ctx: Ctx, seq: number): Promise<string | null> {
  return inTransaction(ctx, 'security', async (ctx) => {
    const [row] = await ctx.db
      .select({ entryId: logLeaves.entryId })
      .from(logLeaves)
      .where(eq(logLeaves.seq, seq));
    return row?.entryId ?? null;
  });
}

async function areNodesWhole(ctx: Ctx, heads: readonly TreeHead[]): Promise<boolean> {
  const newest = heads.toSorted((a, b) => b.size - a.size)[0];
  if (newest === undefined) return true;
  return inTransaction(ctx, 'security', async (ctx) => {
    try {
      const tree = await loadTreeState(nodeStore(ctx), newest.size);
      return isSameHash(rootOf(tree), newest.root);
    } catch (error) {
      if (error instanceof MissingNodeError) return false;
      throw error;
    }
  });
}

const outsidersSql = sql`
  select (select count(*) from audit.pending_entries p join audit.entries e on e.id = p.entry_id) as waiting,
    (select count(*) from audit.entries e where not exists (select 1 from audit.log_leaves l where l.entry_id = e.id)
      and not exists (select 1 from audit.pending_entries p where p.entry_id = e.id)) as unlogged,
    array(select p.entry_id from audit.pending_entries p where not exists
      (select 1 from audit.entries e where e.id = p.entry_id) order by 1 limit 10) as "lostTickets"`;

async function countOutsiders(ctx: Ctx) {
  const { rows } = await inTransaction(ctx, 'security', (ctx) =>
    ctx.db.execute<{ waiting: bigint; unlogged: bigint; lostTickets: string[] }>(outsidersSql),
  );
  const [row] = rows;
  return {
    waiting: Number(row?.waiting ?? 0),
    unlogged: Number(row?.unlogged ?? 0),
    lostTickets: row?.lostTickets ?? [],
  };
}
