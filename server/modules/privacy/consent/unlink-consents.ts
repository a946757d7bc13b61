import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { newTimelessId } from '../../../kernel/id.ts';
import { authorize } from '../../../declare/permissions.ts';
import { monthOf, nextMonthOf } from '../erasure/coarse-time.ts';
import { consentEvents } from './tables.ts';

/**
 * Cuts every consent event of an erased person loose from them: the evidence stays under the random reference that only
 * their receipts carry, and no row policy finds a consent of theirs any more. Its instant would be found again in the
 * log of requests, and its id holds the same instant, so both go; order and text stay.
 * @returns how many events were cut.
 */
export async function unlinkConsents(ctx: Ctx, subject: string): Promise<number> {
  authorize(ctx, 'privacy:unlink-consents');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const events = await ctx.db
      .select({ id: consentEvents.id, createdAt: consentEvents.createdAt })
      .from(consentEvents)
      .where(eq(consentEvents.subjectId, subject));
    for (const { id, createdAt } of events) {
      await ctx.db
        .update(consentEvents)
        .set({
          id: newTimelessId('consent'),
          subjectId: null,
          previousId: null,
          createdAt: monthOf(createdAt),
          unlinkedAt: nextMonthOf(now(ctx)),
        })
        .where(eq(consentEvents.id, id));
    }
    return events.length;
  });
}
