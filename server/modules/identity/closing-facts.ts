import { and, eq, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { operators, tenants, users } from './schema.ts';

/** What must be known of a person's place before they leave. */
export interface ClosingFacts {
  readonly tenantId: string;
  readonly isOwner: boolean;
  readonly isOperator: boolean;
  /** Other persons of the same account, and the other operators of the installation; erased ones too. */
  readonly otherMemberIds: readonly string[];
  readonly otherOperatorIds: readonly string[];
}

/** Null when there is no such person. For the privacy module's erasure only, in its transaction or one of its own. */
export async function findClosingFacts(ctx: Ctx, userId: string): Promise<ClosingFacts | null> {
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const [person] = await ctx.db
      .select({ tenantId: users.tenantId, role: users.role })
      .from(users)
      .where(eq(users.id, userId));
    if (person === undefined) return null;
    const members = await ctx.db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.tenantId, person.tenantId), ne(users.id, userId)));
    const operatorIds = (await ctx.db.select({ id: operators.userId }).from(operators)).map(({ id }) => id);
    return {
      tenantId: person.tenantId,
      isOwner: person.role === 'owner',
      isOperator: operatorIds.includes(userId),
      otherMemberIds: members.map(({ id }) => id),
      otherOperatorIds: operatorIds.filter((id) => id !== userId),
    };
  });
}

/** An account whose last person is erased is closed: nothing runs on it any more. Joins the caller's transaction. */
export async function closeAccount(ctx: Ctx, tenantId: string): Promise<void> {
  authorize(ctx, 'identity:close-access');
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await lockName(ctx, closingLock(tenantId));
    await ctx.db
      .update(tenants)
      // The instant of registration would tell whose account it was.
      .set({ status: 'closed', createdAt: sql`date_trunc('month', ${tenants.createdAt}, 'UTC')` })
      .where(eq(tenants.id, tenantId));
    await audit(ctx, 'identity.account_closed', { targetId: tenantId, subjectId: null });
  });
}

/**
 * Whether an account is closed. Until the caller's settlement transaction ends it cannot be closed, so money that
 * arrives at the same moment is either credited before or kept apart after.
 */
export async function isAccountClosed(ctx: Ctx, tenantId: string): Promise<boolean> {
  return inTransaction(ctx, 'settlement', async (ctx) => {
    await lockName(ctx, closingLock(tenantId));
    // A statement of its own: it sees what was committed while the lock was waited for.
    const [account] = await ctx.db
      .select({ status: tenants.status })
      .from(tenants)
      .where(eq(tenants.id, tenantId));
    return account?.status === 'closed';
  });
}

function closingLock(tenantId: string): string {
  return `account ${tenantId}`;
}
