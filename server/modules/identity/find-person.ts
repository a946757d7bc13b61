import { eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { findIndex, openFound, openRow } from '../../kernel/sealed-rows.ts';
import { canReach } from '../notifications/index.ts';
import { type Contact, normaliseEmail, normalisePhone } from './contacts.ts';
import { normaliseUsername } from './usernames.ts';
import { users } from './schema.ts';

/** A person as other modules may reach them. */
export interface ReachablePerson {
  readonly userId: string;
  /** The number, else the address; null when there is neither. */
  readonly contact: Contact | null;
  readonly language: 'zh-CN' | 'en';
}

/**
 * Whose account a name, address or number belongs to. For work without a waiting caller: the one who named the account must
 * learn nothing from the answer, nor from how long it took.
 */
export async function findNamedPerson(ctx: Ctx, named: string): Promise<ReachablePerson | null> {
  return findReachable(ctx, soughtBy(named));
}

/** What is named is an address, a number or a name by its shape, so that no name can stand for a number. */
function soughtBy(named: string): Sought {
  if (named.includes('@')) return { key: 'email', value: normaliseEmail(named) };
  const phone = normalisePhone(named);
  return phone === undefined
    ? { key: 'username', value: normaliseUsername(named) }
    : { key: 'phone', value: phone };
}

interface Sought {
  readonly key: 'email' | 'phone' | 'username';
  readonly value: string;
}

/** Whose account holds exactly this number or address. A name that looks like one is no contact. */
export async function findContactHolder(
  ctx: Ctx,
  { channel, address }: Contact,
): Promise<ReachablePerson | null> {
  return findReachable(
    ctx,
    channel === 'sms'
      ? { key: 'phone', value: normalisePhone(address) ?? '' }
      : { key: 'email', value: normaliseEmail(address) },
  );
}

/** How to reach a person, null when there is none. */
export async function findPerson(ctx: Ctx, userId: string): Promise<ReachablePerson | null> {
  return findReachable(ctx, { userId });
}

async function findReachable(
  ctx: Ctx,
  sought: Sought | { readonly userId: string },
): Promise<ReachablePerson | null> {
  const row = await inTransaction(ctx, 'signin', async (ctx) => {
    const [found] = await ctx.db
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
      .where(
        'userId' in sought
          ? eq(users.id, sought.userId)
          : eq(users[`${sought.key}Index`], await findIndex(ctx, users, sought.key, sought.value)),
      )
      .limit(1);
    return 'userId' in sought ? openRow(ctx, users, found) : openFound(ctx, users, sought, found);
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
