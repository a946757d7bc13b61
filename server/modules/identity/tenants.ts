import { and, desc, eq, gte, inArray, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { findIndex, openRows } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../audit/index.ts';
import { normaliseEmail, normalisePhone } from './contacts.ts';
import { normaliseUsername } from './usernames.ts';
import { tenants, users } from './schema.ts';

export const tenantKinds = ['personal', 'organisation', 'platform'] as const;
export const tenantStatuses = ['active', 'frozen', 'closed'] as const;

export interface ListTenants {
  readonly kind?: (typeof tenantKinds)[number] | undefined;
  readonly status?: (typeof tenantStatuses)[number] | undefined;
  readonly from?: Date | undefined;
  /** First instant that no longer belongs to the answer. */
  readonly to?: Date | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The owner's username, e-mail address or phone number, or an id, whole; or the beginning of an organisation's name. */
  readonly query?: string | undefined;
}

/** Accounts of this installation, newest first. Names of persons are shown for a reason only, and they see who looked. */
export async function listTenants(ctx: Ctx, { limit, cursor, query, ...filter }: ListTenants) {
  authorize(ctx, 'identity:list-tenants');
  requireReason(ctx);
  return inTransaction(ctx, 'operations', async (ctx) => {
    const matching = query === undefined || query === '' ? undefined : await findMatching(ctx, query);
    const rows = await ctx.db
      .select({
        id: tenants.id,
        kind: tenants.kind,
        name: tenants.name,
        status: tenants.status,
        createdAt: tenants.createdAt,
      })
      .from(tenants)
      .where(
        and(
          matching === undefined ? undefined : inArray(tenants.id, matching),
          filter.kind === undefined ? undefined : eq(tenants.kind, filter.kind),
          filter.status === undefined ? undefined : eq(tenants.status, filter.status),
          filter.from === undefined ? undefined : gte(tenants.createdAt, filter.from),
          filter.to === undefined ? undefined : lt(tenants.createdAt, filter.to),
          cursor === undefined ? undefined : isOlderThan(cursor),
        ),
      )
      .orderBy(desc(tenants.createdAt), desc(tenants.id))
      .limit(limit + 1);
    const { items, nextCursor } = page(rows, limit);
    const ownerUsernameById = await findOwnerUsernames(ctx, items);
    return {
      items: items.map((row) => {
        const ownerUsername = ownerUsernameById.get(row.id) ?? null;
        return { ...row, ownerUsername, name: row.name ?? ownerUsername ?? row.id };
      }),
      nextCursor,
    };
  });
}

/** Ids of accounts tell no time, so the cursor is looked up. */
function isOlderThan(cursor: string) {
  return sql`(${tenants.createdAt}, ${tenants.id}) < (select t.created_at, t.id from ${tenants} t where t.id = ${cursor})`;
}

async function findOwnerUsernames(
  ctx: Ctx,
  accounts: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.db
    .select({
      id: users.id,
      tenantId: users.tenantId,
      username: users.username,
      usernameIndex: users.usernameIndex,
    })
    .from(users)
    .where(
      and(
        eq(users.role, 'owner'),
        inArray(
          users.tenantId,
          accounts.map(({ id }) => id),
        ),
      ),
    );
  const owners = await openRows(ctx, users, rows);
  await recordStaffRead(ctx, { subjects: owners, what: ['identity.users.username'] });
  return new Map(owners.map(({ tenantId, username }) => [tenantId, username]));
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

const mostNames = 200;

/**
 * Ids of the accounts a text names. Names and addresses of persons are sealed, so they are found whole or not at all;
 * the names of organisations are found by their beginning.
 */
async function findMatching(ctx: Ctx, query: string): Promise<string[]> {
  const phone = normalisePhone(query);
  const owners = await ctx.db
    .select({ id: users.tenantId })
    .from(users)
    .where(
      and(
        eq(users.role, 'owner'),
        or(
          eq(users.usernameIndex, await findIndex(ctx, users, 'username', normaliseUsername(query))),
          eq(users.emailIndex, await findIndex(ctx, users, 'email', normaliseEmail(query))),
          phone === undefined ? undefined : eq(users.phoneIndex, await findIndex(ctx, users, 'phone', phone)),
        ),
      ),
    );
  // Compared byte by byte, as the index is ordered; no text that begins so is past the largest code point.
  const name = sql`lower(${tenants.name}) collate "C"`;
  const organisations = await ctx.db
    .select({ id: tenants.id })
    .from(tenants)
    .where(
      and(
        isNotNull(tenants.name),
        sql`${name} >= lower(${query})`,
        sql`${name} < lower(${query}) || ${'\u{10ffff}'}`,
      ),
    )
    .orderBy(name)
    .limit(mostNames);
  return [query, ...owners.map(({ id }) => id), ...organisations.map(({ id }) => id)];
}
