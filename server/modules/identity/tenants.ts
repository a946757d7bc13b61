import { and, desc, eq, ilike, lt, or } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { authorize } from '../../permissions.ts';
import { tenants, users } from './schema.ts';

export interface ListTenants {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Part of the owner's username or of the name, or a whole id. */
  readonly query?: string | undefined;
}

/** Accounts of this installation, newest first. */
export async function listTenants(ctx: Ctx, { limit, cursor, query }: ListTenants) {
  authorize(ctx, 'identity:list-tenants');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: tenants.id,
        kind: tenants.kind,
        name: tenants.name,
        status: tenants.status,
        createdAt: tenants.createdAt,
        ownerUsername: users.username,
      })
      .from(tenants)
      .leftJoin(users, and(eq(users.tenantId, tenants.id), eq(users.role, 'owner')))
      .where(and(matches(query), cursor === undefined ? undefined : lt(tenants.id, cursor)))
      .orderBy(desc(tenants.id))
      .limit(limit + 1);
    return page(
      rows.map((row) => ({ ...row, name: row.name ?? row.ownerUsername ?? row.id })),
      limit,
    );
  });
}

/** Who owns an account, null when no account has this id. Looks as the account itself, so that it sees no other. */
export async function findTenantOwner(ctx: Ctx, tenantId: string): Promise<{ userId: string } | null> {
  return inTransaction({ ...ctx, tenantId }, 'account', async (ctx) => {
    const [row] = await ctx.db
      .select({ userId: users.id })
      .from(users)
      .where(and(eq(users.tenantId, tenantId), eq(users.role, 'owner')));
    return row ?? null;
  });
}

function matches(query: string | undefined) {
  if (query === undefined || query === '') return undefined;
  const part = `%${query.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return or(eq(tenants.id, query), ilike(users.username, part), ilike(tenants.name, part));
}
