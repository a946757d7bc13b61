import { eq, type SQL } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { findIndex, openRow } from '../../kernel/sealed-rows.ts';
import { canReach } from '../notifications/index.ts';
import { type Contact, normaliseEmail, normalisePhone } from './contacts.ts';
import { normaliseUsername } from './usernames.ts';
import { users } from './schema.ts';

/** A person as other modules may reach them. */
export interface ReachablePerson {
  readonly userId: string;
  /** The number, else the address; null for who has neither. */
  readonly contact: Contact | null;
  readonly language: 'zh-CN' | 'en';
}

/**
 * Whose account a name, address or number belongs to. For work that nobody waits for: whoever named the account must
 * learn nothing from the answer, nor from how long it took.
 */
export async function findNamedPerson(ctx: Ctx, named: string): Promise<ReachablePerson | null> {
  return findReachable(ctx, await byShape(ctx, named));
}

/** What is named is an address, a number or a name by its shape, so that no name can stand for somebody's number. */
async function byShape(ctx: Ctx, named: string) {
  if (named.includes('@'))
    return eq(users.emailIndex, await findIndex(ctx, users, 'email', normaliseEmail(named)));
  const phone = normalisePhone(named);
  if (phone !== undefined) return eq(users.phoneIndex, await findIndex(ctx, users, 'phone', phone));
  return eq(users.usernameIndex, await findIndex(ctx, users, 'username', normaliseUsername(named)));
}

/** Whose account holds exactly this number or address. A name that looks like one is no contact. */
export async function findContactHolder(
  ctx: Ctx,
  { channel, address }: Contact,
): Promise<ReachablePerson | null> {
  const condition =
    channel === 'sms'
      ? eq(users.phoneIndex, await findIndex(ctx, users, 'phone', normalisePhone(address) ?? ''))
      : eq(users.emailIndex, await findIndex(ctx, users, 'email', normaliseEmail(address)));
  return findReachable(ctx, condition);
}

/** How to reach a person, null when there is none. */
export async function findPerson(ctx: Ctx, userId: string): Promise<ReachablePerson | null> {
  return findReachable(ctx, eq(users.id, userId));
}

async function findReachable(ctx: Ctx, condition: SQL): Promise<ReachablePerson | null> {
  const row = await inTransaction(ctx, 'signin', async (ctx) => {
    const [found] = await ctx.db
      .select({ id: users.id, email: users.email, phone: users.phone, language: users.language })
      .from(users)
      .where(condition)
      .limit(1);
    return openRow(ctx, users, found);
  });
  if (row === undefined) return null;
  return { userId: row.id, contact: contactAmong(ctx, row), language: row.language };
}

/** The phone first, but rather the way that messages go out by. */
function contactAmong(
  ctx: Ctx,
  { phone, email }: { phone: string | null; email: string | null },
): Contact | null {
  const held: Contact[] = [];
  if (phone !== null) held.push({ channel: 'sms', address: phone });
  if (email !== null) held.push({ channel: 'mail', address: email });
  return held.find(({ channel }) => canReach(ctx, channel)) ?? held[0] ?? null;
}
