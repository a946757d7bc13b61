import { and, eq } from 'drizzle-orm';
import { type Ctx, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { sendMessage } from '../notifications/index.ts';
import { allContactsOf } from './contacts.ts';
import { confirmIdentity, type Proof } from './confirm-identity.ts';
import { noteCredentialChange } from './credential-changes.ts';
import { hashPassword, requireGoodPassword } from './password.ts';
import { wrongPassword } from './problems.ts';
import { operators, passwords, users } from './schema.ts';
import { endSessionsOf } from './sessions.ts';
import { storePassword } from './store-password.ts';
import * as messages from './messages.ts';

export interface ChangePassword {
  /** The current password, or a code sent to a contact that was proven before. */
  readonly proof: Proof;
  readonly newPassword: string;
}

/** Changes the password and ends the person's other sessions. */
export async function changePassword(ctx: Ctx, input: ChangePassword): Promise<void> {
  authorize(ctx, 'identity:change-self');
  const userId = userOf(ctx);
  const known = await inTransaction(ctx, 'signin', (ctx) => readPerson(ctx, userId));
  await confirmIdentity(ctx, input.proof, { mayBeFresh: true });
  requireGoodPassword(input.newPassword, 'newPassword', [known.username, known.email]);
  const hash = await hashPassword(ctx, input.newPassword);
  await inTransaction(ctx, 'signin', async (ctx) => {
    // Two changes at once: the second has confirmed a password that is none any more.
    if ((await readPerson(ctx, userId, 'lock')).sealedHash !== known.sealedHash) throw refused();
    await storePassword(ctx, { userId, tenantId: tenantOf(ctx) }, hash);
    await endSessionsOf(ctx, userId, ctx.actor.kind === 'user' ? ctx.actor.sessionId : null);
    // The generated first password was known only to the owner of the machine: replacing it is no takeover.
    if (!(await endFirstPassword(ctx, userId)))
      await noteCredentialChange(ctx, { id: userId, tenantId: tenantOf(ctx) }, 'password');
    for (const { channel, address: to } of allContactsOf(known))
      await sendMessage(ctx, {
        channel,
        to,
        userId,
        message: messages.passwordChanged({}),
        language: known.language,
      });
    await audit(ctx, 'identity.password_changed', { targetId: userId, subjectId: userId });
  });
}

/** @returns whether the replaced password was the generated one of the first start. */
async function endFirstPassword(ctx: Ctx, userId: string): Promise<boolean> {
  const ended = await ctx.db
    .update(operators)
    .set({ mustChangePassword: false })
    .where(and(eq(operators.userId, userId), eq(operators.mustChangePassword, true)))
    .returning({ userId: operators.userId });
  return ended.length > 0;
}

function refused() {
  return wrongPassword({ issues: [{ path: 'body.proof.password', message: wrongPassword.title }] });
}

async function readPerson(ctx: Ctx, userId: string, lock?: 'lock') {
  const query = ctx.db
    .select({
      id: users.id,
      username: users.username,
      usernameIndex: users.usernameIndex,
      email: users.email,
      emailIndex: users.emailIndex,
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      language: users.language,
    })
    .from(users)
    .where(eq(users.id, userId));
  // The row of the person is there also when that of the password is not, so it is the one to lock.
  const [row] = await (lock === undefined ? query : query.for('update'));
  const person = await openRow(ctx, users, row);
  if (person === undefined) throw refused();
  const [password] = await ctx.db
    .select({ userId: passwords.userId, hash: passwords.hash })
    .from(passwords)
    .where(eq(passwords.userId, userId));
  const opened = await openRow(ctx, passwords, password);
  return { ...person, hash: opened?.hash ?? null, sealedHash: password?.hash ?? null };
}
