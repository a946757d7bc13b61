import { and, eq } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { restrictions } from '../rights-tables.ts';

/** Whether the account of a case is erased, or just being erased. Joins the caller's transaction. */
export async function isErased(ctx: Ctx, subjectId: string): Promise<boolean> {
  const marks = await ctx.db
    .select({ subjectId: restrictions.subjectId })
    .from(restrictions)
    .where(and(eq(restrictions.subjectId, subjectId), eq(restrictions.kind, 'erased')));
  return marks.length > 0;
}
