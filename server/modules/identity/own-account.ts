import { and, eq } from 'drizzle-orm';
import { type Ctx, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../permissions.ts';
import { tenants, users } from './schema.ts';

/** Whether the account is the person's alone, so that what is written about it is written about them. */
export async function isOwnAccount(ctx: Ctx): Promise<boolean> {
  authorize(ctx, 'identity:read-self');
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select({ id: tenants.id })
      .from(tenants)
      .innerJoin(users, eq(users.tenantId, tenants.id))
      .where(
        and(
          eq(tenants.id, tenantOf(ctx)),
          eq(tenants.kind, 'personal'),
          eq(users.id, userOf(ctx)),
          eq(users.role, 'owner'),
        ),
      );
    return rows.length === 1;
  });
}
