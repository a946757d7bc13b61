import { and, eq, isNotNull } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { findIndex, openFound, sealChanges } from '../../kernel/sealed-rows.ts';
import { sendMessage } from '../notifications/index.ts';
import type { Contact } from './contacts.ts';
import { freshCredentials } from './credential-changes.ts';
import { credentialChanges, users } from './schema.ts';
import * as messages from './messages.ts';

export interface Holder {
  readonly id: string;
  readonly tenantId: string;
  readonly username: string;
  readonly email: string | null;
  readonly emailVerifiedAt: Date | null;
  readonly phone: string | null;
  readonly language: 'zh-CN' | 'en';
}

/** The person with this number or address. */
export async function findHolder(ctx: Ctx, { channel, address }: Contact): Promise<Holder | undefined> {
  const key = channel === 'sms' ? 'phone' : 'email';
  const [row] = await ctx.db
    .select({
      id: users.id,
      tenantId: users.tenantId,
      username: users.username,
      usernameIndex: users.usernameIndex,
      email: users.email,
      emailIndex: users.emailIndex,
      emailVerifiedAt: users.emailVerifiedAt,
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      language: users.language,
    })
    .from(users)
    .where(eq(users[`${key}Index`], await findIndex(ctx, users, key, address)));
  return openFound(ctx, users, { key, value: address }, row);
}

/**
 * Whose account a contact recovers. An address that was only written down may be a stranger's: where the person has
 * proved a number, it gives no way in.
 */
export async function findRecoverable(ctx: Ctx, contact: Contact): Promise<Holder | undefined> {
  const holder = await findHolder(ctx, contact);
  if (holder === undefined || contact.channel === 'sms') return holder;
  if (holder.emailVerifiedAt !== null || holder.phone === null) return holder;
  // A number of today may be the stranger's who is being turned out.
  return (await freshCredentials(ctx, holder.id)).has('phone') ? holder : undefined;
}

/**
 * A person who recovers by one contact turns out the thief who added the other one within the cooling-off, who could come back by
 * it: that contact is removed and told so, and no link brings an earlier one back. Joins the recovery.
 */
export async function removeFreshContact(ctx: Ctx, holder: Holder, used: Contact): Promise<void> {
  const [own, other] =
    used.channel === 'mail' ? (['email', 'phone'] as const) : (['phone', 'email'] as const);
  const fresh = await freshCredentials(ctx, holder.id);
  const address = holder[other];
  if (address === null || !fresh.has(other) || fresh.has(own)) return;
  const removed = other === 'phone' ? { phone: null } : { email: null, emailVerifiedAt: null };
  const person = { id: holder.id, subject: holder.id };
  await ctx.db
    .update(users)
    .set(await sealChanges(ctx, users, person, removed))
    .where(eq(users.id, holder.id));
  const ended = await ctx.db
    .delete(credentialChanges)
    .where(and(eq(credentialChanges.userId, holder.id), isNotNull(credentialChanges.undoHash)))
    .returning();
  // Without the link: what the person had before stays theirs to take back, see `requireUnreserved`.
  if (ended.length > 0)
    await ctx.db.insert(credentialChanges).values(ended.map((row) => ({ ...row, undoHash: null })));
  await sendMessage(ctx, {
    channel: other === 'phone' ? 'sms' : 'mail',
    to: address,
    userId: holder.id,
    message: messages.contactRemoved({}),
    language: holder.language,
  });
}
