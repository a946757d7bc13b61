import { eq } from 'drizzle-orm';
import { type Ctx, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { type Attempt, forgetAttempts, takeAttempt } from './attempts.ts';
import { consumeCode, sendCode } from './codes.ts';
import type { Contact } from './contacts.ts';
import { limits } from './limits.ts';
import { isPassword } from './password.ts';
import { provenContacts } from './proven-contacts.ts';
import { noProvenContact, wrongCode, wrongPassword } from './problems.ts';
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
  const held = await inTransaction(ctx, 'signin', provenContacts);
  const contact = held.find(({ channel }) => input.channel === undefined || channel === input.channel);
  if (contact === undefined) throw noProvenContact();
  const sent = await sendCode(ctx, { contact, use: 'confirm', language: input.language });
  return { channel: contact.channel, ...sent };
}

/**
 * The step before what cannot be taken back. In a transaction of its own, before the one it protects, so that a wrong
 * proof stays counted.
 * @throws `identity.wrong_password` or `identity.wrong_code`, naming the field of the body.
 */
export async function confirmIdentity(ctx: Ctx, proof: Proof): Promise<void> {
  authorize(ctx, 'identity:confirm');
  const tries: Attempt[] = [[limits.identityConfirmations, userOf(ctx)]];
  await takeAttempt(ctx, tries);
  const isProven =
    'password' in proof ? await isOwnPassword(ctx, proof.password) : await isOwnCode(ctx, proof.code);
  await inTransaction(ctx, 'signin', async (ctx) => {
    await audit(ctx, isProven ? 'identity.confirmed' : 'identity.confirmation_refused', userOf(ctx), {
      by: 'password' in proof ? 'password' : 'code',
    });
    if (isProven) await forgetAttempts(ctx, tries);
  });
  if (isProven) return;
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

/** Looks at every channel, so that neither the answer nor its time tells which one the code went to. */
async function isOwnCode(ctx: Ctx, code: string): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const holders: (string | null | undefined)[] = [];
    for (const contact of await provenContacts(ctx))
      holders.push((await consumeCode(ctx, contact, 'confirm', code))?.userId);
    return holders.includes(userOf(ctx));
  });
}
