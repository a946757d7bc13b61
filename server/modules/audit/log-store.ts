import { canonicalBytes, type LogEntry, type NodeStore, type TreeHead } from '@candor/privacy-engine';
import { and, desc, eq, or } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { lockName } from '../../kernel/db.ts';
import { aboutRefOf, actorRefOf, isFromBeforeDigests } from './references.ts';
import { type auditEntries, logHeads, logLeaves, logNodes } from './schema.ts';

type StoredEntry = typeof auditEntries.$inferSelect;

/** The bytes of a leaf, from the row they stand for: a holder of both can compute the hash. */
export function logEntryOf(row: StoredEntry, seq: number, registryHash: string): LogEntry {
  const act = { seq, id: row.id, at: row.createdAt.toISOString(), type: row.action, registryHash };
  const envelope = isFromBeforeDigests(row)
    ? {
        ...act,
        actorRef: row.actor,
        subjectRef: row.subjectId,
        tenantRef: row.tenantId,
        targetRef: row.targetId,
        requestId: row.requestId,
      }
    : { ...act, actorRef: actorRefOf(row), aboutRef: aboutRefOf(row) };
  return { envelope, ciphertext: detailBytes(row) };
}

/** What the digests of a leaf stand for, as long as the persons are here; null where a reference has ended. */
export function referencesOf(row: StoredEntry) {
  const { actor, actorId, actorSalt, tenantId, targetId, subjectId, requestId, aboutSalt } = row;
  return { actor, actorId, actorSalt, tenantId, targetId, subjectId, requestId, aboutSalt };
}

/** An entry has sealed details, or readable ones, or none. Both would be a change, and so they are both in the bytes. */
function detailBytes({ sealedDigest, details }: StoredEntry): Uint8Array {
  const digest = Buffer.from(sealedDigest ?? '', 'hex');
  return details === null ? digest : Buffer.concat([digest, canonicalBytes(details)]);
}

/** A hash of the tree is gone: an answer when the log is verified, a failure everywhere else. */
export class MissingNodeError extends Error {
  constructor(level: number, index: number) {
    super(`the audit log has no node ${level}/${index}`);
    this.name = 'MissingNodeError';
  }
}

/** Nodes of the tree, in the transaction of `ctx`. */
export function nodeStore(ctx: Ctx): NodeStore {
  return {
    async readNodes(positions) {
      if (positions.length === 0) return [];
      const rows = await ctx.db
        .select()
        .from(logNodes)
        .where(
          or(
            ...positions.map(({ level, index }) =>
              and(eq(logNodes.level, level), eq(logNodes.position, index)),
            ),
          ),
        );
      const hashes = new Map(rows.map((row) => [`${row.level}/${row.position}`, row.hash]));
      return positions.map(({ level, index }) => {
        const hash = hashes.get(`${level}/${index}`);
        if (hash === undefined) throw new MissingNodeError(level, index);
        return Buffer.from(hash, 'hex');
      });
    },
  };
}

/** One process at a time gives places and signs, whatever the others do. */
export async function lockLog(ctx: Ctx): Promise<void> {
  await lockName(ctx, 'audit log');
}

/** How many leaves the log has. */
export async function logSize(ctx: Ctx): Promise<number> {
  const [last] = await ctx.db
    .select({ seq: logLeaves.seq })
    .from(logLeaves)
    .orderBy(desc(logLeaves.seq))
    .limit(1);
  return last === undefined ? 0 : last.seq + 1;
}

/** A head with the document that vouches for it. */
export interface SignedHead extends TreeHead {
  readonly signedHead: string;
}

/** What was signed last, null before the first time. */
export async function newestHead(ctx: Ctx): Promise<SignedHead | null> {
  const [row] = await ctx.db.select().from(logHeads).orderBy(desc(logHeads.size)).limit(1);
  if (row === undefined) return null;
  const { size, root, signedHead, signedAt } = row;
  return { size, root: Buffer.from(root, 'hex'), at: signedAt.toISOString(), signedHead };
}

export function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
