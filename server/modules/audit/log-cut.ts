import {
  type Anchor,
  type AnchorReading,
  isSameHash,
  loadTreeState,
  publicKeySet,
  readAnchors,
  rootOf,
  signTreeCut,
  type TreeHead,
} from '@candor/privacy-engine';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { vaultPlace } from './open-anchors.ts';
import { logSize, MissingNodeError, newestHead, nodeStore } from './log-store.ts';

/** How far the log falls short of what was signed of it. */
export interface LogCut {
  /** So many leaves were signed. */
  readonly from: number;
  /** So many of them the log still has. */
  readonly to: number;
  /** The log went on in another way, instead of ending. */
  readonly isForked: boolean;
  /** So many heads were signed that the log does not contain. */
  readonly lostHeads: number;
  /** The vault remembers none of these heads: it is from before them as well. */
  readonly isUnknownToVault: boolean;
}

export interface LogComparison {
  /** Null when the log contains everything that the anchors remember. */
  readonly logCut: LogCut | null;
  /** Anchors that could not be read although something was signed; they prove nothing. */
  readonly unreadAnchors: readonly string[];
}

/** Compares the log with every anchor that can be read. */
export async function compareLog(ctx: Ctx, anchors: ReadonlyMap<string, Anchor>): Promise<LogComparison> {
  authorize(ctx, 'audit:keep-log');
  const unread = new Map<string, unknown>();
  const { readings } = await readAnchors(anchors, publicKeySet(ctx.signingKey), (place, error) => {
    if (place === vaultPlace) throw error;
    unread.set(place, error);
  });
  const isSigned = await hasBeenSigned(ctx, readings);
  // The first signing makes the folder of an anchor, so before it there is none.
  const missed = [...unread].filter(([, error]) => isSigned || !isNotThere(error));
  for (const [anchor, error] of missed)
    ctx.log.warn(
      { anchor, reason: error instanceof Error ? error.message : String(error) },
      'an anchor could not be read, and the audit log was compared without it',
    );
  return { logCut: await findLogCut(ctx, readings), unreadAnchors: missed.map(([place]) => place) };
}

/** Whether the database, the vault or an anchor knows of a signed head. */
async function hasBeenSigned(ctx: Ctx, readings: ReadonlyMap<string, AnchorReading>): Promise<boolean> {
  if ([...readings.values()].some(({ heads }) => heads.length > 0)) return true;
  return (await inTransaction(ctx, 'security', newestHead)) !== null;
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function findLogCut(ctx: Ctx, readings: ReadonlyMap<string, AnchorReading>): Promise<LogCut | null> {
  const heads = [...readings.values()].flatMap((reading) => reading.heads);
  const newestFirst = heads.toSorted((a, b) => b.size - a.size);
  return inTransaction(ctx, 'security', async (ctx) => {
    const size = await logSize(ctx);
    const lost: TreeHead[] = [];
    let shared = 0;
    for (const head of newestFirst) {
      if (await containsHead(ctx, size, head)) {
        shared = head.size;
        break;
      }
      lost.push(head);
    }
    const [newest] = lost;
    if (newest === undefined) return null;
    const isForked = lost.some((head) => head.size <= size);
    const to = isForked ? shared : size;
    const lostSizes = new Set(lost.map((head) => head.size));
    const remembered = readings.get(vaultPlace)?.heads ?? [];
    const isUnknownToVault = !remembered.some((head) => lostSizes.has(head.size));
    return { from: newest.size, to, isForked, lostHeads: lostSizes.size, isUnknownToVault };
  });
}

/** Whether the log in the database, of so many leaves, begins with what the head vouches for. */
export async function containsHead(ctx: Ctx, size: number, head: TreeHead): Promise<boolean> {
  if (head.size > size) return false;
  try {
    return isSameHash(rootOf(await loadTreeState(nodeStore(ctx), head.size)), head.root);
  } catch (error) {
    if (error instanceof MissingNodeError) return false;
    throw error;
  }
}

/**
 * The vault remembers that the operator has accepted the cut; the keeper of the log tells the other anchors. What was
 * signed beyond it counts no longer, and every verification reports it.
 */
export async function acceptLogCut(ctx: Ctx, { from, to }: Pick<LogCut, 'from' | 'to'>): Promise<void> {
  authorize(ctx, 'privacy:accept-restored');
  const at = now(ctx);
  const cut = await signTreeCut(ctx.signingKey, { from, to, at: at.toISOString() });
  await ctx.vault.auditLog.publishCut(cut, at);
}
