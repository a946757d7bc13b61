import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { findIndex, openFound } from '../../kernel/sealed-rows.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { confirmIdentity, type Proof } from './confirm-identity.ts';
import { operators, users } from './schema.ts';
import { normaliseUsername } from './usernames.ts';

export interface AppointOperator {
  /** Whole, as the person signs in with it. */
  readonly username: string;
  readonly proof: Proof;
}

/** Makes a person an operator too, who then sees what operators see. Appointing one again changes nothing. */
export async function appointOperator(ctx: Ctx, { username, proof }: AppointOperator): Promise<void> {
  authorize(ctx, 'identity:appoint-operator');
  await confirmIdentity(ctx, proof);
  await inTransaction(ctx, 'signin', async (ctx) => {
    const sought = { key: 'username', value: normaliseUsername(username) } as const;
    const [found] = await ctx.db
      .select({ id: users.id, username: users.username, usernameIndex: users.usernameIndex })
      .from(users)
      .where(eq(users.usernameIndex, await findIndex(ctx, users, sought.key, sought.value)));
    const person = await openFound(ctx, users, sought, found);
    if (person === undefined) throw notFound();
    const added = await ctx.db
      .insert(operators)
      .values({ userId: person.id, createdAt: now(ctx) })
      .onConflictDoNothing()
      .returning({ userId: operators.userId });
    if (added.length > 0)
      await audit(ctx, 'identity.operator_appointed', { targetId: person.id, subjectId: person.id });
  });
}
