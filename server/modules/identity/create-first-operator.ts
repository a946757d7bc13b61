import { eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { now, userOf } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { createAccount, translateTaken } from './create-account.ts';
import { hashPassword } from './password.ts';
import { normaliseUsername } from './usernames.ts';
import { operators } from './schema.ts';

/**
 * Makes the operator account of a new installation. Does nothing where there is one already, also when two servers
 * start at once.
 * @returns whether it was made now, so that the caller prints the password exactly once.
 */
export async function createFirstOperator(
  ctx: Ctx,
  input: { username: string; password: string; mustChangePassword?: boolean },
): Promise<boolean> {
  authorize(ctx, 'identity:create-operator');
  if (await inTransaction(ctx, 'signin', hasOperator)) return false;
  const username = normaliseUsername(input.username);
  const passwordHash = await hashPassword(ctx, input.password);
  const creation = inTransaction(ctx, 'signin', async (ctx) => {
    await lockName(ctx, 'first operator');
    if (await hasOperator(ctx)) return false;
    const { userId, tenantId } = await createAccount(ctx, {
      kind: 'platform',
      username,
      email: null,
      phone: null,
      passwordHash,
      language: 'zh-CN',
      acceptedPolicy: null,
    });
    await ctx.db.insert(operators).values({
      userId,
      mustChangePassword: input.mustChangePassword ?? false,
      createdAt: now(ctx),
    });
    await audit({ ...ctx, tenantId }, 'identity.operator_created', { targetId: userId, subjectId: userId });
    return true;
  });
  return creation.catch((error: unknown) => {
    throw translateTaken(error);
  });
}

/** Whether the generated password still opens an account: its file must stay until then. */
export async function isFirstPasswordInUse(ctx: Ctx): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const rows = await ctx.db
      .select({ userId: operators.userId })
      .from(operators)
      .where(eq(operators.mustChangePassword, true))
      .limit(1);
    return rows.length > 0;
  });
}

/** Of the logged-in operator. */
export async function mustChangePassword(ctx: Ctx): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const [row] = await ctx.db
      .select({ mustChangePassword: operators.mustChangePassword })
      .from(operators)
      .where(eq(operators.userId, userOf(ctx)));
    return row?.mustChangePassword === true;
  });
}

async function hasOperator(ctx: Ctx): Promise<boolean> {
  return (await ctx.db.select({ userId: operators.userId }).from(operators).limit(1)).length > 0;
}
