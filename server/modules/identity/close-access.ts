import { sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { endAccess, type EndedAccess } from './end-access.ts';

export type ClosedAccess = EndedAccess;

/**
 * Shuts every door of a person who is about to be erased: sessions and codes go, API keys are disabled and wait for
 * the erasure itself. Joins the caller's transaction; gateways hear of it the moment that commits.
 */
export async function closeAccess(ctx: Ctx, userId: string): Promise<ClosedAccess> {
  authorize(ctx, 'identity:close-access');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const closed = await endAccess(ctx, userId, null);
    await announceClosedAccess(ctx, userId);
    await audit(ctx, 'identity.access_closed', {
      targetId: userId,
      subjectId: userId,
      details: { ...closed },
    });
    return closed;
  });
}

/** Every gateway breaks off what it is answering this person, when and if the transaction commits. */
export async function announceClosedAccess(ctx: Ctx, userId: string): Promise<void> {
  await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db.execute(sql`select pg_notify('access_closed', ${userId})`),
  );
}
