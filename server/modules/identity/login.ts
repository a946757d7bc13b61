import { eq } from 'drizzle-orm';
import type { Ctx, Device } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { findIndex, openFound, openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel } from '../notifications/index.ts';
import {
  addressOf,
  type Attempt,
  forgetAttempts,
  isFull,
  noteAttempt,
  returnAttempt,
  takeAttempt,
} from './attempts.ts';
import { codeTriesOf, consumeCode } from './codes.ts';
import { findHolder } from './holders.ts';
import { failuresOf, knownDeviceOf } from './device.ts';
import { type Contact, normaliseEmail } from './contacts.ts';
import { normaliseUsername } from './usernames.ts';
import { limits } from './limits.ts';
import { isPassword } from './password.ts';
import { wrongCode, wrongCredentials } from './problems.ts';
import { passwords, users } from './schema.ts';
import { type OpenedSession, openSession } from './sessions.ts';

export type Login =
  | { readonly method: 'password'; readonly login: string; readonly password: string }
  | { readonly method: 'phone'; readonly phone: string; readonly code: string };

/** Logs in by username or e-mail and password, or by phone and code (D-ACC-3). */
export async function login(ctx: Ctx, input: Login): Promise<OpenedSession> {
  authorize(ctx, 'identity:login');
  return input.method === 'password' ? loginByPassword(ctx, input) : loginByPhone(ctx, input);
}

/** An unknown name takes the same steps and the same time as a wrong password, and gets the same answer. */
async function loginByPassword(ctx: Ctx, input: { login: string; password: string }): Promise<OpenedSession> {
  const name = input.login.includes('@') ? normaliseEmail(input.login) : normaliseUsername(input.login);
  const known = await inTransaction(ctx, 'signin', (ctx) => findPassword(ctx, name));
  const device = knownDeviceOf(ctx, known?.userId);
  const tries = device === null ? await strangersTries(ctx, name) : [triesOfDevice(device, name)];
  const failures = failuresOf(ctx, known?.userId);
  await takeAttempt(ctx, [...tries, ...failures]);
  const isRight = await isPassword(ctx, known?.hash ?? null, input.password);
  const opened = await inTransaction(ctx, 'signin', async (ctx) => {
    // Asked again under a lock: a password that was changed while we compared must not open a session.
    if (known === undefined || !isRight || !(await isStillPassword(ctx, known))) {
      await audit({ ...ctx, tenantId: known?.tenantId ?? null }, 'identity.login_refused', {
        targetId: known?.userId ?? null,
        subjectId: known?.userId ?? null,
      });
      return null;
    }
    await forgetAttempts(ctx, tries);
    await returnAttempt(ctx, failures);
    return openSession(ctx, { userId: known.userId, tenantId: known.tenantId });
  });
  if (opened === null && device === null) await noteAttempt(ctx, [limits.loginAnywhere, name]);
  if (opened === null) throw wrongCredentials();
  return opened;
}

/** Each browser its person has used has tries of its own. */
function triesOfDevice({ id }: Device, name: string): Attempt {
  return [limits.loginFromDevice, `${id} ${name}`];
}

/** However many addresses guess a name, the first tries from another one pass: guessing gets slow, no account is locked. */
async function strangersTries(ctx: Ctx, name: string): Promise<Attempt[]> {
  const here = `${addressOf(ctx)} ${name}`;
  const isGuessed = await isFull(ctx, [limits.loginAnywhere, name]);
  return isGuessed
    ? [
        [limits.loginHere, here],
        [limits.loginWhileGuessed, here],
      ]
    : [[limits.loginHere, here]];
}

async function loginByPhone(ctx: Ctx, input: { phone: string; code: string }): Promise<OpenedSession> {
  requireChannel(ctx, 'sms');
  const contact: Contact = { channel: 'sms', address: input.phone };
  const named = await inTransaction(ctx, 'signin', (ctx) => findHolder(ctx, contact));
  const failures = failuresOf(ctx, named?.id);
  const tries: Attempt[] = [codeTriesOf(ctx, contact, 'login')];
  await takeAttempt(ctx, [...tries, ...failures]);
  const opened = await inTransaction(ctx, 'signin', async (ctx) => {
    const isRight = (await consumeCode(ctx, contact, 'login', input.code)) !== null;
    const holder = await findHolder(ctx, contact);
    if (!isRight || holder === undefined) {
      await audit({ ...ctx, tenantId: holder?.tenantId ?? null }, 'identity.login_refused', {
        targetId: holder?.id ?? null,
        subjectId: holder?.id ?? null,
      });
      return null;
    }
    await forgetAttempts(ctx, tries);
    await returnAttempt(ctx, failures);
    return openSession(ctx, { userId: holder.id, tenantId: holder.tenantId });
  });
  if (opened === null) throw wrongCode({ issues: [{ path: 'body.code', message: wrongCode.title }] });
  return opened;
}

interface KnownPassword {
  readonly userId: string;
  readonly tenantId: string;
  readonly hash: string;
  /** As it is stored: every change of the password changes it. */
  readonly sealedHash: string;
}

async function findPassword(ctx: Ctx, name: string): Promise<KnownPassword | undefined> {
  const key = name.includes('@') ? 'email' : 'username';
  const [row] = await ctx.db
    .select({
      userId: passwords.userId,
      tenantId: passwords.tenantId,
      hash: passwords.hash,
      user: {
        id: users.id,
        username: users.username,
        usernameIndex: users.usernameIndex,
        email: users.email,
        emailIndex: users.emailIndex,
      },
    })
    .from(passwords)
    .innerJoin(users, eq(users.id, passwords.userId))
    .where(eq(users[`${key}Index`], await findIndex(ctx, users, key, name)));
  if (row === undefined || (await openFound(ctx, users, { key, value: name }, row.user)) === undefined) {
    // Looking for a key that is not there takes about as long as fetching one.
    await ctx.vault.find(`nobody:${name}`, 'core');
    return undefined;
  }
  const opened = await openRow(ctx, passwords, row);
  return opened === undefined ? undefined : { ...opened, sealedHash: row.hash };
}

async function isStillPassword(ctx: Ctx, known: KnownPassword): Promise<boolean> {
  const [row] = await ctx.db
    .select({ hash: passwords.hash })
    .from(passwords)
    .where(eq(passwords.userId, known.userId))
    .for('share');
  return row?.hash === known.sealedHash;
}
