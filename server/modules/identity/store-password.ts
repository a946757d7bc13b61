import { type Ctx, now } from '../../kernel/context.ts';
import { passwords } from './schema.ts';

/** Sets or replaces a person's password. Joins the caller's transaction. */
export async function storePassword(
  ctx: Ctx,
  person: { userId: string; tenantId: string },
  hash: string,
): Promise<void> {
  const changed = { hash, changedAt: now(ctx) };
  await ctx.db
    .insert(passwords)
    .values({ ...person, ...changed })
    .onConflictDoUpdate({ target: passwords.userId, set: changed });
}
