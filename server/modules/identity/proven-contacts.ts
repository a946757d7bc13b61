import { eq } from 'drizzle-orm';
import { type Ctx, userOf } from '../../kernel/context.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import type { Contact } from './contacts.ts';
import { users } from './schema.ts';

/** An address that was only written down at registration may be another person's. */
export async function provenContacts(ctx: Ctx): Promise<Contact[]> {
  const [found] = await ctx.db
    .select({
      id: users.id,
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      email: users.email,
      emailIndex: users.emailIndex,
      emailVerifiedAt: users.emailVerifiedAt,
    })
    .from(users)
    .where(eq(users.id, userOf(ctx)));
  const row = await openRow(ctx, users, found);
  const contacts: Contact[] = [];
  if (typeof row?.phone === 'string') contacts.push({ channel: 'sms', address: row.phone });
  if (typeof row?.email === 'string' && row.emailVerifiedAt !== null)
    contacts.push({ channel: 'mail', address: row.email });
  return contacts;
}
