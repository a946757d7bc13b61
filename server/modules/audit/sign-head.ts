import { loadTreeState, rootOf, signTreeHead, type TreeHead } from '@candor/privacy-engine';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { containsHead } from './log-cut.ts';
import { hex, lockLog, logSize, newestHead, nodeStore, type SignedHead } from './log-store.ts';
import { logContradictsAnchor } from './problems.ts';
import { logHeads } from './schema.ts';

/**
 * Signs the log as it is now; a log that has not grown keeps its head.
 * @param anchored heads remembered outside the database. Signing a log that does not contain them would make two
 * histories of one, so it is refused.
 * @throws `audit.log_contradicts_anchor`
 */
export async function signHead(ctx: Ctx, anchored: readonly TreeHead[]): Promise<SignedHead | null> {
  authorize(ctx, 'audit:sign-log');
  return inTransaction(ctx, 'security', async (ctx) => {
    await lockLog(ctx);
    const size = await logSize(ctx);
    for (const head of anchored) await requireHead(ctx, size, head);
    const newest = await newestHead(ctx);
    if (size === 0 || newest?.size === size) return newest;
    const [tree, signedAt] = [await loadTreeState(nodeStore(ctx), size), now(ctx)];
    const signedHead = await signTreeHead(ctx.signingKey, tree, signedAt);
    const root = rootOf(tree);
    await ctx.db.insert(logHeads).values({ size, root: hex(root), signedHead, signedAt });
    return { size, root, at: signedAt.toISOString(), signedHead };
  });
}

async function requireHead(ctx: Ctx, size: number, head: TreeHead): Promise<void> {
  if (!(await containsHead(ctx, size, head))) throw logContradictsAnchor({ anchoredSize: head.size, size });
}
