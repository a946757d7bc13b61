import { eq } from 'drizzle-orm';
import { type Ctx, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { canReach } from '../notifications/index.ts';
import { type Attempt, forgetAttempts, takeAttempt } from './attempts.ts';
import { consumeCode, sendCode } from './codes.ts';
import type { Contact } from './contacts.ts';
import { freshCredentials } from './credential-changes.ts';
import { limits } from './limits.ts';
import { isPassword } from './password.ts';
import { provenContacts } from './proven-contacts.ts';
import { noProvenContact, proofTooFresh, wrongCode, wrongPassword } from './problems.ts';
import { passwords } from './schema.ts';

/** Shows that it is really the person: an open browser alone must not export or erase a life. */
export type Proof = { readonly password: string } | { readonly code: string };

export interface SendConfirmationCode {
  /** Left out: the phone, else the e-mail address. */
  readonly channel?: Contact['channel'] | undefined;
  readonly language: 'zh-CN' | 'en';
}

/** Sends a code to a number or an address the person has proven to hold before. */
export async function sendConfirmationCode(
  ctx: Ctx,
  input: SendConfirmationCode,
): Promise<{ channel: Contact['channel']; resendAfterSeconds: number }> {
  authorize(ctx, 'identity:confirm');
  const held = await inTransaction(ctx, 'signin', settledContacts);
  const asked = held.filter(({ channel }) => input.channel === undefined || channel === input.channel);
  const contact = asked.find(({ channel }) => canReach(ctx, channel)) ?? asked[0];
  if (contact === undefined) throw noProvenContact();
  const sent = await sendCode(ctx, { contact, use: 'confirm', language: input.language });
  return { channel: contact.channel, ...sent };
}

/**
 * The step before what cannot be taken back. In a transaction of its own, before the one it protects, so that a wrong
 * proof stays counted.
 * @param options.mayBeFresh a password of today proves enough for another password, and for nothing else.
 * @throws `identity.wrong_password` or `identity.wrong_code`, naming the field of the body; `identity.proof_too_fresh`.
 */
export async function confirmIdentity(
  ctx: Ctx,
  proof: Proof,
  { mayBeFresh = false }: { readonly mayBeFresh?: boolean } = {},
): Promise<void> {
  authorize(ctx, 'identity:confirm');
  const tries: Attempt[] = [[limits.identityConfirmations, userOf(ctx)]];
  await takeAttempt(ctx, tries);
  const isProven =
    'password' in proof ? await isOwnPassword(ctx, proof.password) : await isOwnCode(ctx, proof.code);
  await inTransaction(ctx, 'signin', async (ctx) => {
    await audit(ctx, isProven ? 'identity.confirmed' : 'identity.confirmation_refused', {
      targetId: userOf(ctx),
      subjectId: userOf(ctx),
      details: {
        by: 'password' in proof ? 'password' : 'code',
      },
    });
    if (isProven) await forgetAttempts(ctx, tries);
  });
  if (isProven && (mayBeFresh || !('password' in proof))) return;
  if (isProven) return requireSettledPassword(ctx);
  throw 'password' in proof
    ? wrongPassword({ issues: [{ path: 'body.proof.password', message: wrongPassword.title }] })
    : wrongCode({ issues: [{ path: 'body.proof.code', message: wrongCode.title }] });
}

/** Who has no password takes the same time as who has another one. */
async function isOwnPassword(ctx: Ctx, password: string): Promise<boolean> {
  const known = await inTransaction(ctx, 'signin', async (ctx) => {
    const [row] = await ctx.db
      .select({ userId: passwords.userId, hash: passwords.hash })
      .from(passwords)
      .where(eq(passwords.userId, userOf(ctx)));
    return openRow(ctx, passwords, row);
  });
  return isPassword(ctx, known?.hash ?? null, password);
}

/** A password that was set a short while ago may be a stranger's. */
async function requireSettledPassword(ctx: Ctx): Promise<void> {
  const fresh = await inTransaction(ctx, 'signin', (ctx) => freshCredentials(ctx, userOf(ctx)));
  if (!fresh.has('password')) return;
  throw proofTooFresh({ issues: [{ path: 'body.proof.password', message: proofTooFresh.title }] });
}

/** Proven contacts that were not changed a short while ago. */
async function settledContacts(ctx: Ctx): Promise<Contact[]> {
  const fresh = await freshCredentials(ctx, userOf(ctx));
  const proven = await provenContacts(ctx);
  const settled = proven.filter(({ channel }) => !fresh.has(channel === 'sms' ? 'phone' : 'email'));
  if (settled.length === 0 && proven.length > 0) throw proofTooFresh();
  return settled;
}

/** Looks at every channel, so that neither the answer nor its time tells which one the code went to. */
async function isOwnCode(ctx: Ctx, code: string): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const holders: (string | null | undefined)[] = [];
    for (const contact of await settledContacts(ctx))
      holders.push((await consumeCode(ctx, contact, 'confirm', code))?.userId);
    return holders.includes(userOf(ctx));
  });
}
