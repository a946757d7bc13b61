import { and, eq, ne } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { announceApiKey } from './api-keys.ts';
import { apiKeys, sessions, signInCodes } from './schema.ts';

export interface EndedAccess {
  readonly sessions: number;
  readonly apiKeys: number;
  readonly codes: number;
}

/**
 * Ends every session and code of a person and disables their API keys. Joins the caller's transaction; gateways hear of
 * it when that commits.
 * @param exceptSessionId the session that has just proven who it is, null for none.
 */
export async function endAccess(
  ctx: Ctx,
  userId: string,
  exceptSessionId: string | null,
): Promise<EndedAccess> {
  const others = exceptSessionId === null ? undefined : ne(sessions.id, exceptSessionId);
  const ended = await ctx.db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), others))
    .returning({ id: sessions.id });
  const voided = await ctx.db
    .delete(signInCodes)
    .where(eq(signInCodes.userId, userId))
    .returning({ id: signInCodes.id });
  const disabled = await ctx.db
    .update(apiKeys)
    .set({ isDisabled: true })
    .where(and(eq(apiKeys.userId, userId), eq(apiKeys.isDisabled, false), keysOf(ctx)))
    .returning({ id: apiKeys.id });
  for (const { id } of disabled) await announceApiKey(ctx, id);
  return { sessions: ended.length, apiKeys: disabled.length, codes: voided.length };
}

/** The playground's key has an unknown secret and works by the session alone; only an erasure ends it. */
function keysOf(ctx: Ctx) {
  return ctx.purpose === 'erasure' ? undefined : eq(apiKeys.kind, 'secret');
}
