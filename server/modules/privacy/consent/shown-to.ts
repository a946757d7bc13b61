import type { Ctx } from '../../../kernel/context.ts';

/** Names a person inside a shown token, so that it works for no other person and says nothing to a finder. */
export function shownTo(ctx: Ctx, userId: string): string {
  return ctx.keyedHash('consent-shown-to', userId);
}
