import { eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { announceApiKey } from './api-keys.ts';
import { apiKeys, sessions, signInCodes } from './schema.ts';

export interface ClosedAccess {
  readonly sessions: number;
  readonly apiKeys: number;
  readonly codes: number;
}

/**
 * Shuts every door of a person who is about to be erased: sessions and codes go, API keys are disabled and wait for
 * the erasure itself. Joins the caller's transaction; gateways hear of it the moment that commits.
 */
export async function closeAccess(ctx: Ctx, userId: string): Promise<ClosedAccess> {
  authorize(ctx, 'identity:close-access');
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const ended = await ctx.db
      .delete(sessions)
      .where(eq(sessions.userId, userId))
      .returning({ id: sessions.id });
    const voided = await ctx.db
      .delete(signInCodes)
      .where(eq(signInCodes.userId, userId))
      .returning({ id: signInCodes.id });
    const disabled = await ctx.db
      .update(apiKeys)
      .set({ isDisabled: true })
      .where(eq(apiKeys.userId, userId))
      .returning({ id: apiKeys.id });
    for (const { id } of disabled) await announceApiKey(ctx, id);
    const closed = { sessions: ended.length, apiKeys: disabled.length, codes: voided.length };
    await audit(ctx, 'identity.access_closed', userId, closed);
    return closed;
  });
}
