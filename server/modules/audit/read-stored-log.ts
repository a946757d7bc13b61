import type { LogEntry, RecordedEntry } from '@candor/privacy-engine';
import { and, asc, eq, gte } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { sealedDigest } from './audit.ts';
import { logEntryOf } from './log-store.ts';
import { isFromBeforeDigests } from './references.ts';
import { auditEntries, entryDetails, logLeaves, logNodes } from './schema.ts';

const leavesPerRead = 1_000;

/**
 * The log as the database has it now, in order. Sealed details that are still there are hashed as they are; those that
 * have gone with their term or their person are vouched for by the digest in the entry.
 */
export async function* readStoredLog(ctx: Ctx): AsyncGenerator<RecordedEntry> {
  for (let next = 0; ;) {
    const rows = await inTransaction(ctx, 'security', (ctx) =>
      ctx.db
        .select({
          seq: logLeaves.seq,
          registryHash: logLeaves.registryHash,
          entry: auditEntries,
          sealedDetails: entryDetails.details,
          noted: logNodes.hash,
        })
        .from(logLeaves)
        .leftJoin(auditEntries, eq(auditEntries.id, logLeaves.entryId))
        .leftJoin(entryDetails, eq(entryDetails.entryId, logLeaves.entryId))
        .leftJoin(logNodes, and(eq(logNodes.level, 0), eq(logNodes.position, logLeaves.seq)))
        .where(gte(logLeaves.seq, next))
        .orderBy(asc(logLeaves.seq))
        .limit(leavesPerRead),
    );
    for (const { seq, registryHash, entry, sealedDetails, noted } of rows) {
      next = seq + 1;
      // A leaf without its entry: the next one stands in its place, and is seen to.
      if (entry === null) continue;
      const recorded = withFoundDetails(
        logEntryOf(entry, seq, registryHash),
        entry.sealedDigest,
        sealedDetails,
      );
      if (noted === null) yield recorded;
      else
        yield { ...recorded, leafHash: Buffer.from(noted, 'hex'), ...(hasForgotten(entry) ? forgotten : {}) };
    }
    if (rows.length < leavesPerRead) return;
  }
}

const forgotten = { isForgotten: true } as const;

/** An old entry always had an actor, until they or the person it was about were erased. */
function hasForgotten(entry: typeof auditEntries.$inferSelect): boolean {
  return isFromBeforeDigests(entry) && (entry.actor === null || entry.requestId === null);
}

/** Details that are not the ones the entry vouches for make another leaf, whatever the entry says now. */
function withFoundDetails(entry: LogEntry, vouched: string | null, sealedDetails: string | null): LogEntry {
  if (sealedDetails === null) return entry;
  const found = sealedDigest(sealedDetails);
  if (found === vouched) return entry;
  return { ...entry, ciphertext: Buffer.concat([entry.ciphertext, Buffer.from(`found ${found}`)]) };
}
