import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../permissions.ts';
import { consentEvents } from './tables.ts';

/**
 * Cuts every consent event of an erased person loose from them: the evidence stays under the random reference that only
 * their receipts carry, and no row policy finds a consent of theirs any more.
 * @returns how many events were cut.
 */
export async function unlinkConsents(ctx: Ctx, subject: string): Promise<number> {
  authorize(ctx, 'privacy:unlink-consents');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const { rowCount } = await ctx.db
      .update(consentEvents)
      .set({ subjectId: null, unlinkedAt: now(ctx) })
      .where(eq(consentEvents.subjectId, subject));
    return rowCount ?? 0;
  });
}
