import { and, eq, isNull } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel, sendMessage } from '../notifications/index.ts';
import { type Attempt, forgetAttempts, returnAttempt, takeAttempt } from './attempts.ts';
import { codeTriesOf, consumeCode } from './codes.ts';
import type { Contact } from './contacts.ts';
import { limits } from './limits.ts';
import { noteCredentialChange } from './credential-changes.ts';
import { failuresOf } from './device.ts';
import { endAccess } from './end-access.ts';
import { findRecoverable, removeFreshContact } from './holders.ts';
import { hashPassword, requireGoodPassword } from './password.ts';
import { wrongCode } from './problems.ts';
import { users } from './schema.ts';
import { storePassword } from './store-password.ts';
import * as messages from './messages.ts';

export interface Recover {
  readonly contact: Contact;
  readonly code: string;
  readonly newPassword: string;
}

/**
 * Sets a new password for the holder of the phone or the mailbox. Sessions, codes and API keys from before are ended,
 * because a stranger may have registered with this address, or taken the account over.
 */
export async function recover(ctx: Ctx, input: Recover): Promise<void> {
  authorize(ctx, 'identity:recover');
  const { contact, code, newPassword } = input;
  requireChannel(ctx, contact.channel);
  requireGoodPassword(newPassword, 'newPassword', [contact.address]);
  const named = await inTransaction(ctx, 'signin', (ctx) => findRecoverable(ctx, contact));
  const failures = failuresOf(ctx, named?.id);
  const tries: Attempt[] = [codeTriesOf(ctx, contact, 'recover')];
  await takeAttempt(ctx, [...tries, ...failures]);
  const hash = await hashPassword(ctx, newPassword);
  const isDone = await inTransaction(ctx, 'signin', async (ctx) => {
    const isRight = (await consumeCode(ctx, contact, 'recover', code)) !== null;
    const holder = await findRecoverable(ctx, contact);
    if (!isRight || holder === undefined) return false;
    requireGoodPassword(newPassword, 'newPassword', [holder.username, holder.email]);
    await storePassword(ctx, { userId: holder.id, tenantId: holder.tenantId }, hash);
    if (contact.channel === 'mail')
      await ctx.db
        .update(users)
        .set({ emailVerifiedAt: now(ctx) })
        .where(and(eq(users.id, holder.id), isNull(users.emailVerifiedAt)));
    await removeFreshContact(ctx, holder, contact);
    await noteCredentialChange(ctx, holder, 'password');
    const ended = await endAccess(ctx, holder.id, null);
    await forgetAttempts(ctx, [
      ...tries,
      [limits.loginAnywhere, holder.username],
      [limits.loginAnywhere, holder.email ?? ''],
    ]);
    await returnAttempt(ctx, failures);
    await sendMessage(ctx, {
      channel: contact.channel,
      to: contact.address,
      userId: holder.id,
      message: messages.recovered({}),
      language: holder.language,
    });
    await audit({ ...ctx, tenantId: holder.tenantId }, 'identity.recovered', {
      targetId: holder.id,
      subjectId: holder.id,
      details: {
        channel: contact.channel,
        ...ended,
      },
    });
    return true;
  });
  if (!isDone) throw wrongCode({ issues: [{ path: 'body.code', message: wrongCode.title }] });
}
