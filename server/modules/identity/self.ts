import { eq } from 'drizzle-orm';
import { type Ctx, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { mustChangePassword } from './create-first-operator.ts';
import { tenants } from './schema.ts';
import { readSelf, type UserView } from './user-view.ts';

export interface Self {
  readonly user: UserView;
  readonly tenant: {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly status: string;
  };
}

/** The logged-in person and the account they act for. */
export async function whoAmI(ctx: Ctx): Promise<Self> {
  authorize(ctx, 'identity:read-self');
  const mustChange = ctx.actor.kind === 'user' && ctx.actor.isOperator && (await mustChangePassword(ctx));
  return inTransaction(ctx, 'account', async (ctx) => {
    const user = await readSelf(ctx, userOf(ctx), mustChange);
    const [tenant] = await ctx.db
      .select()
      .from(tenants)
      .where(eq(tenants.id, tenantOf(ctx)));
    if (tenant === undefined) throw notFound();
    return { user, tenant: { ...tenant, name: tenant.name ?? user.displayName ?? user.username } };
  });
}
