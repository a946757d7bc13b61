import type { Ctx } from '../../../kernel/context.ts';

/** Names a person inside a shown token, so that it works for nobody else and says nothing to who finds it. */
export function shownTo(ctx: Ctx, userId: string): string {
  return ctx.keyedHash('consent-shown-to', userId);
}
