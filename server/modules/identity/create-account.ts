import { randomInt } from 'node:crypto';
import { type Ctx, now } from '../../kernel/context.ts';
import { violates } from '../../kernel/db.ts';
import { newTimelessId } from '../../kernel/id.ts';
import { sealRow } from '../../kernel/sealed-rows.ts';
import { audit } from '../audit/index.ts';
import { allContactsOf } from './contacts.ts';
import { requireUnreserved } from './cooling-off.ts';
import { emailTaken, phoneTaken, usernameTaken } from './problems.ts';
import { requireOwnLook } from './require-own-look.ts';
import { type AcceptedPolicy, recordAcceptance } from './policy-acceptances.ts';
import { tenants, users } from './schema.ts';
import { storePassword } from './store-password.ts';

export interface NewAccount {
  readonly kind: 'personal' | 'platform';
  readonly username: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly passwordHash: string | null;
  readonly language: 'zh-CN' | 'en';
  /** What the person agreed to; null only for the operator, who publishes the policy. */
  readonly acceptedPolicy: AcceptedPolicy | null;
}

/** Writes an account with its owner. Joins the transaction of the caller. */
export async function createAccount(
  ctx: Ctx,
  account: NewAccount,
): Promise<{ userId: string; tenantId: string }> {
  const [userId, tenantId, createdAt] = [newTimelessId('user'), newTimelessId('tenant'), now(ctx)];
  const { username, email, phone, language, passwordHash, acceptedPolicy } = account;
  await ctx.db.insert(tenants).values({ id: tenantId, kind: account.kind, status: 'active', createdAt });
  const person = {
    id: userId,
    tenantId,
    role: 'owner',
    username,
    email,
    phone,
    language,
    createdAt,
  } as const;
  await requireOwnLook(ctx, username, userId);
  await ctx.db.insert(users).values(await sealRow(ctx, users, person));
  await requireUnreserved(ctx, userId, allContactsOf(person));
  if (passwordHash !== null) await storePassword(ctx, { userId, tenantId }, passwordHash);
  if (acceptedPolicy !== null) await recordAcceptance(ctx, { userId, tenantId }, acceptedPolicy);
  await audit({ ...ctx, tenantId }, 'identity.registered', {
    targetId: userId,
    subjectId: userId,
    details: {
      policyVersion: acceptedPolicy?.version ?? null,
    },
  });
  return { userId, tenantId };
}

/** A unique index is the only judge of the order; this gives its verdict a name. */
export function translateTaken(error: unknown): unknown {
  if (violates(error, 'users_username_unique_idx')) return usernameTaken();
  if (violates(error, 'users_email_unique_idx')) return emailTaken();
  if (violates(error, 'users_phone_unique_idx')) return phoneTaken();
  return error;
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** `u_7k2mq9x4ab`: a name for a person who registered by phone and has not chosen one (D-MAP-6). */
export function inventUsername(): string {
  return `u_${Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
