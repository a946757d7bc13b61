import { and, eq } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { restrictions } from '../schema.ts';
import { stopConsentWork } from './stop-consent-work.ts';
import { stoppablePurposes } from './stoppable-purposes.ts';

/**
 * Stops every purpose that is not declared to go on (DRUN-7.4, PIPL 44). In force at the next statement of every purpose:
 * the row policies ask. Repeating it changes nothing.
 */
export async function restrictProcessing(ctx: Ctx): Promise<void> {
  authorize(ctx, 'privacy:restrict-self');
  await inTransaction(ctx, 'rights', async (ctx) => {
    const inserted = await ctx.db
      .insert(restrictions)
      .values({ subjectId: userOf(ctx), kind: 'requested', createdAt: now(ctx) })
      .onConflictDoNothing()
      .returning({ id: restrictions.subjectId });
    if (inserted.length > 0)
      await audit(ctx, 'privacy.processing_restricted', { targetId: userOf(ctx), subjectId: userOf(ctx) });
  });
  await stopConsentWork(ctx, stoppablePurposes(ctx.product));
}

/** Lets processing go on, as far as nothing else stands against it. What an erasure has restricted stays so. */
export async function liftRestriction(ctx: Ctx): Promise<void> {
  authorize(ctx, 'privacy:restrict-self');
  await inTransaction(ctx, 'rights', async (ctx) => {
    const lifted = await ctx.db
      .delete(restrictions)
      .where(and(eq(restrictions.subjectId, userOf(ctx)), eq(restrictions.kind, 'requested')))
      .returning({ id: restrictions.subjectId });
    if (lifted.length > 0)
      await audit(ctx, 'privacy.restriction_lifted', { targetId: userOf(ctx), subjectId: userOf(ctx) });
  });
}
