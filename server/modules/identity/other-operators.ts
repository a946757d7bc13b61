import { and, eq, ne } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { operators, tenants, users } from './schema.ts';

/** Whether another user could act as a second operator: one whose account is not closed. */
export async function hasOtherOperator(ctx: Ctx, userId: string): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const [other] = await ctx.db
      .select({ userId: operators.userId })
      .from(operators)
      .innerJoin(users, eq(users.id, operators.userId))
      .innerJoin(tenants, eq(tenants.id, users.tenantId))
      .where(and(ne(operators.userId, userId), ne(tenants.status, 'closed')))
      .limit(1);
    return other !== undefined;
  });
}
