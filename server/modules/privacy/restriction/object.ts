import { and, eq } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import type { Purpose } from '../../../declare/policy.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { objections } from '../schema.ts';
import { purposeCannotStop } from './problems.ts';
import { stopConsentWork } from './stop-consent-work.ts';
import { stoppablePurposes } from './stoppable-purposes.ts';

/**
 * Objects to one purpose (DRUN-7.6), also where it rests on something else than consent. Repeating it changes nothing.
 * @throws `privacy.purpose_cannot_stop` naming what the purpose rests on
 */
export async function objectTo(ctx: Ctx, input: { purpose: Purpose }): Promise<void> {
  authorize(ctx, 'privacy:restrict-self');
  if (!stoppablePurposes(ctx.product).includes(input.purpose))
    throw purposeCannotStop({ purpose: input.purpose });
  await inTransaction(ctx, 'rights', async (ctx) => {
    const inserted = await ctx.db
      .insert(objections)
      .values({
        id: newId('object'),
        subjectId: userOf(ctx),
        purpose: input.purpose,
        createdAt: now(ctx),
      })
      .onConflictDoNothing()
      .returning({ id: objections.id });
    if (inserted[0] !== undefined)
      await audit(ctx, 'privacy.objected', {
        targetId: inserted[0].id,
        subjectId: userOf(ctx),
        details: { purpose: input.purpose },
      });
  });
  await stopConsentWork(ctx, [input.purpose]);
}

/** Takes an objection back. Joins a transaction of the purpose `rights`, for a consent that is given later. */
export async function liftObjection(ctx: Ctx, input: { purpose: Purpose }): Promise<void> {
  authorize(ctx, 'privacy:restrict-self');
  await inTransaction(ctx, 'rights', async (ctx) => {
    const lifted = await ctx.db
      .delete(objections)
      .where(and(eq(objections.subjectId, userOf(ctx)), eq(objections.purpose, input.purpose)))
      .returning({ id: objections.id });
    if (lifted[0] !== undefined)
      await audit(ctx, 'privacy.objection_lifted', {
        targetId: lifted[0].id,
        subjectId: userOf(ctx),
        details: { purpose: input.purpose },
      });
  });
}
