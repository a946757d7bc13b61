import { timingSafeEqual } from 'node:crypto';
import type { Ctx } from '../../kernel/context.ts';

/** Lets the holder of the mail take its reader's consent back without logging in, as long as the mail exists. */
export function unsubscribeToken(ctx: Ctx, userId: string): string {
  return `${userId}.${ctx.keyedHash('unsubscribe', userId)}`;
}

/** Whose token it is, null when it is not ours. */
export function readUnsubscribeToken(ctx: Ctx, token: string): string | null {
  const [userId = ''] = token.split('.');
  const expected = Buffer.from(unsubscribeToken(ctx, userId));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected) ? userId : null;
}
