import { and, eq, inArray } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { restrictions } from '../rights-tables.ts';

/** Those of some persons who have not been erased. Joins a transaction for erasure. */
export async function livingOf(ctx: Ctx, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return [];
  const erased = await ctx.db
    .select({ id: restrictions.subjectId })
    .from(restrictions)
    .where(and(eq(restrictions.kind, 'erased'), inArray(restrictions.subjectId, [...userIds])));
  const gone = new Set(erased.map(({ id }) => id));
  return userIds.filter((id) => !gone.has(id));
}
