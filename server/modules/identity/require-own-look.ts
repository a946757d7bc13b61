import { and, eq, ne } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { lockName } from '../../kernel/db.ts';
import { findIndex, findIndexAt } from '../../kernel/sealed-rows.ts';
import { usernameLookalike, usernameTaken } from './problems.ts';
import { users } from './schema.ts';

/**
 * Refuses a normalised name that is taken for that of another person. Held until the transaction ends, so that of two
 * lookalikes at once one is refused; no unique index can do it, because older names may look like each other.
 */
export async function requireOwnLook(ctx: Ctx, username: string, userId: string): Promise<void> {
  const skeleton = await findIndexAt(ctx, users, 'usernameSkeletonIndex', username);
  await lockName(ctx, `look of a name ${skeleton}`);
  const others = await ctx.db
    .select({ usernameIndex: users.usernameIndex })
    .from(users)
    .where(and(eq(users.usernameSkeletonIndex, skeleton), ne(users.id, userId)));
  if (others.length === 0) return;
  const own = await findIndex(ctx, users, 'username', username);
  throw others.some(({ usernameIndex }) => usernameIndex === own) ? usernameTaken() : usernameLookalike();
}
