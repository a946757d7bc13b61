import { hashEntry, loadTreeState, proveConsistency, proveInclusion, rootOf } from '@candor/privacy-engine';
import { and, desc, eq } from 'drizzle-orm';
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { invalidInput, notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import {
  hex,
  logEntryOf,
  logSize,
  newestHead,
  nodeStore,
  referencesOf,
  type SignedHead,
} from './log-store.ts';
import { notYetSigned } from './problems.ts';
import { auditEntries, logLeaves, logNodes } from './schema.ts';
import { sequenceLog } from './sequence-log.ts';

/** The place of an entry in the log. */
export interface Leaf {
  readonly leafIndex: number;
  readonly leafHash: string;
}

/** The place of an entry, given to it now if it has none yet. Not inside the transaction of the entry. */
export async function leafOf(ctx: Ctx, entryId: string): Promise<Leaf> {
  const system = asSystem(ctx, 'audit-log');
  const leaf =
    (await findLeaf(system, entryId)) ?? (await sequenceLog(system), await findLeaf(system, entryId));
  if (leaf === null) throw new Error(`there is no audit entry ${entryId}`);
  return leaf;
}

async function findLeaf(ctx: Ctx, entryId: string): Promise<Leaf | null> {
  return inTransaction(ctx, 'security', async (ctx) => {
    const [row] = await ctx.db
      .select({ leafIndex: logLeaves.seq, leafHash: logNodes.hash })
      .from(logLeaves)
      .innerJoin(logNodes, and(eq(logNodes.level, 0), eq(logNodes.position, logLeaves.seq)))
      .where(eq(logLeaves.entryId, entryId));
    return row ?? null;
  });
}

/** The head that is in force: signed, and what every proof leads to. @throws `kernel.not_found` before the first. */
export async function readHead(ctx: Ctx) {
  authorize(ctx, 'audit:read-log');
  const head = await inTransaction(asSystem(ctx, 'audit-log'), 'security', newestHead);
  if (head === null) throw notFound();
  return headView(head);
}

/** That a leaf is in the signed log. Hashes only, so anyone may ask. @throws `kernel.not_found` */
export async function proveLeaf(ctx: Ctx, leafIndex: number) {
  authorize(ctx, 'audit:read-log');
  return inTransaction(asSystem(ctx, 'audit-log'), 'security', async (ctx) => {
    const head = await newestHead(ctx);
    if (head === null || leafIndex >= head.size) throw notFound();
    return inclusionOf(ctx, leafIndex, head);
  });
}

/** That the log of `second` leaves is that of `first` with more appended. @throws `kernel.invalid_input` */
export async function proveGrowth(ctx: Ctx, { first, second }: { first: number; second: number }) {
  authorize(ctx, 'audit:read-log');
  return inTransaction(asSystem(ctx, 'audit-log'), 'security', async (ctx) => {
    if (first > second || second > (await logSize(ctx))) {
      throw invalidInput({
        issues: [{ path: 'querystring.second', message: 'must lie between first and the size of the log' }],
      });
    }
    const store = nodeStore(ctx);
    return {
      first,
      second,
      firstRoot: hex(rootOf(await loadTreeState(store, first))),
      secondRoot: hex(rootOf(await loadTreeState(store, second))),
      proof: (await proveConsistency(store, first, second)).map(hex),
    };
  });
}

/**
 * An entry of the actor's own account with everything needed to check it elsewhere: bytes of the leaf, path, head.
 * @throws `kernel.not_found` for another person's, `audit.not_yet_signed` when it is too young.
 */
export async function proveOwnEntry(ctx: Ctx, { auditEntryId }: { auditEntryId: string }) {
  authorize(ctx, 'audit:read');
  const isOwn = await inTransaction(ctx, 'account', async (ctx) => {
    const [row] = await ctx.db
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(and(eq(auditEntries.id, auditEntryId), eq(auditEntries.tenantId, tenantOf(ctx))));
    return row !== undefined;
  });
  if (!isOwn) throw notFound();
  return proveEntry(asSystem(ctx, 'audit-log'), auditEntryId);
}

/** As `proveOwnEntry`, for any entry: for the operator of the machine. */
export async function proveEntry(ctx: Ctx, entryId: string) {
  authorize(ctx, 'audit:keep-log');
  return inTransaction(ctx, 'security', async (ctx) => {
    const [row] = await ctx.db
      .select({ entry: auditEntries, seq: logLeaves.seq, registryHash: logLeaves.registryHash })
      .from(auditEntries)
      .leftJoin(logLeaves, eq(logLeaves.entryId, auditEntries.id))
      .where(eq(auditEntries.id, entryId));
    if (row === undefined) throw notFound();
    const head = await newestHead(ctx);
    if (row.seq === null || row.registryHash === null || head === null || row.seq >= head.size) {
      throw notYetSigned({ leafIndex: row.seq, signedSize: head?.size ?? 0 });
    }
    const entry = logEntryOf(row.entry, row.seq, row.registryHash);
    const inclusion = await inclusionOf(ctx, row.seq, head);
    return {
      ...inclusion,
      leafHash: hex(hashEntry(entry)),
      entry: {
        envelope: entry.envelope,
        ciphertext: Buffer.from(entry.ciphertext).toString('base64url'),
      },
      references: referencesOf(row.entry),
    };
  });
}

async function inclusionOf(ctx: Ctx, leafIndex: number, head: SignedHead) {
  const store = nodeStore(ctx);
  const [leafHash] = await store.readNodes([{ level: 0, index: leafIndex }]);
  if (leafHash === undefined) throw notFound();
  return {
    leafIndex,
    leafHash: hex(leafHash),
    proof: (await proveInclusion(store, leafIndex, head.size)).map(hex),
    head: headView(head),
  };
}

export function headView({ size, root, at, signedHead }: SignedHead) {
  return { size, root: hex(root), signedAt: at, signedHead };
}

/** The newest entry about a thing (a certificate, a case), null when there is none. Reads all entries: not for requests. */
export async function findEntryAbout(ctx: Ctx, targetId: string): Promise<string | null> {
  authorize(ctx, 'audit:keep-log');
  return inTransaction(ctx, 'security', async (ctx) => {
    const [row] = await ctx.db
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(eq(auditEntries.targetId, targetId))
      .orderBy(desc(auditEntries.id))
      .limit(1);
    return row?.id ?? null;
  });
}
