import { desc, eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import type { Act } from '../../declare/acts.ts';
import { auditEntries } from './schema.ts';

/** Action of the entries that say how far the vault was. */
export const vaultMarked = 'vault.marked' satisfies Act;

export interface VaultMark {
  readonly epoch: number;
  readonly erasures: number;
}

/** What the log said last of the vault. In the caller's transaction. */
export async function newestMark(ctx: Ctx): Promise<VaultMark | null> {
  const [entry] = await ctx.db
    .select({ details: auditEntries.details })
    .from(auditEntries)
    .where(eq(auditEntries.action, vaultMarked))
    .orderBy(desc(auditEntries.id))
    .limit(1);
  const { epoch, erasures } = entry?.details ?? {};
  return typeof epoch === 'number' && typeof erasures === 'number' ? { epoch, erasures } : null;
}
