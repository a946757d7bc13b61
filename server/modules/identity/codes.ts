import { randomInt, timingSafeEqual } from 'node:crypto';
import { and, desc, eq, gt, or, sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { Problem, unauthenticated } from '../../kernel/problem.ts';
import { findIndex, openFound } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel, sendMessage } from '../notifications/index.ts';
import { addressOf, type Attempt, takeAttempt } from './attempts.ts';
import type { Contact } from './contacts.ts';
import { knownDeviceOf } from './device.ts';
import { codeLifetimeMs, codeResendMs, limits, maxTriesPerCode } from './limits.ts';
import { isAboutSelf, requesterOf } from './requester.ts';
import { requireServedCountry, takeSmsToStranger } from './sms-to-strangers.ts';
import { signInCodes, users } from './schema.ts';

export type CodeUse = 'register' | 'login' | 'recover' | 'bind' | 'confirm';

export interface SendCode {
  readonly contact: Contact;
  readonly use: CodeUse;
  readonly language: 'zh-CN' | 'en';
}

/**
 * Sends a code, or, to an address without an account, the notice that it has none. The answer, the work and the
 * number of messages are the same in both cases; only who reads the messages can tell.
 */
export async function sendCode(ctx: Ctx, input: SendCode): Promise<{ resendAfterSeconds: number }> {
  authorize(ctx, 'identity:send-code');
  if (isAboutSelf(input.use) && ctx.actor.kind !== 'user') throw unauthenticated();
  requireChannel(ctx, input.contact.channel);
  if (input.use !== 'confirm') requireServedCountry(ctx, input.contact);
  const { holder, waitMs } = await inTransaction(ctx, 'signin', async (ctx) => ({
    holder: await findHolder(ctx, input.contact),
    waitMs: await untilResend(ctx, input),
  }));
  if (waitMs > 0) return { resendAfterSeconds: Math.ceil(waitMs / 1000) };
  await takeAttempt(ctx, sendingLimits(ctx, input, holder));
  if (!(await mayReach(ctx, input, holder))) return { resendAfterSeconds: codeResendMs / 1000 };
  await inTransaction(ctx, 'signin', async (ctx) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const userId = isAboutSelf(input.use) ? userOf(ctx) : (holder?.id ?? null);
    if (!(await replaceCode(ctx, input, code, userId))) return;
    const isExpected = holder !== undefined || input.use === 'register' || isAboutSelf(input.use);
    await sendMessage(ctx, {
      channel: input.contact.channel,
      to: input.contact.address,
      userId,
      template: isExpected ? 'code' : 'no_account',
      values: { code, minutes: codeLifetimeMs / 60_000 },
      language: holder?.language ?? input.language,
    });
    await audit(ctx, 'identity.code_sent', userId, { use: input.use, channel: input.contact.channel });
  });
  return { resendAfterSeconds: codeResendMs / 1000 };
}

/**
 * Whether the budget for strangers lets the message out. Who asks for a log-in is not told, because the refusal would
 * tell that the number has no account; who registers or binds a number is, whether or not it has one.
 */
async function mayReach(ctx: Ctx, { contact, use }: SendCode, holder: Holder | undefined): Promise<boolean> {
  if (use === 'register' || use === 'bind') {
    await takeSmsToStranger(ctx, contact);
    return true;
  }
  if (holder !== undefined || use === 'confirm') return true;
  try {
    await takeSmsToStranger(ctx, contact);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** A person's own requests have counters that no stranger can reach. */
function sendingLimits(ctx: Ctx, { contact, use }: SendCode, holder: Holder | undefined): Attempt[] {
  if (use === 'confirm') return [[limits.codesToSelf, `user ${userOf(ctx)}`]];
  const device = knownDeviceOf(ctx, holder?.id);
  if (device !== null && (use === 'login' || use === 'recover'))
    return [[limits.codesToSelf, `device ${device.id}`]];
  const target = targetOf(contact);
  const shared: Attempt[] = [
    [limits.codesFromAddress, addressOf(ctx)],
    [limits.codesToTarget, target],
    [limits.codesToTargetPerDay, target],
    [limits.codesToTargetFromAddress, `${addressOf(ctx)} ${target}`],
  ];
  return use === 'bind' ? [...shared, [limits.codesToBind, userOf(ctx)]] : shared;
}

/** Milliseconds until this requester may have another code sent to this target for this use. */
async function untilResend(ctx: Ctx, { contact, use }: SendCode): Promise<number> {
  const [row] = await ctx.db
    .select({ createdAt: signInCodes.createdAt })
    .from(signInCodes)
    .where(isFor(ctx, contact, use))
    .orderBy(desc(signInCodes.createdAt))
    .limit(1);
  return row === undefined ? 0 : row.createdAt.getTime() + codeResendMs - now(ctx).getTime();
}

/** Puts a new code in the place of the requester's old ones; false when another request of theirs was quicker. */
async function replaceCode(
  ctx: Ctx,
  { contact, use }: SendCode,
  code: string,
  userId: string | null,
): Promise<boolean> {
  const targetHash = hashTarget(ctx, contact);
  await lockName(ctx, `sign-in code ${use} ${targetHash}`);
  if ((await untilResend(ctx, { contact, use, language: 'en' })) > 0) return false;
  await ctx.db.delete(signInCodes).where(isFor(ctx, contact, use));
  await ctx.db.insert(signInCodes).values({
    id: newId('signInCode'),
    userId,
    use,
    targetHash,
    ...requesterOf(ctx, use),
    codeHash: hashCode(ctx, contact, use, code),
    attempts: 0,
    addressAttempts: 0,
    createdAt: now(ctx),
    expiresAt: new Date(now(ctx).getTime() + codeLifetimeMs),
  });
  return true;
}

/**
 * Uses a code up. Joins the caller's transaction; the caller must commit also when the answer is null, or the wrong
 * try would not count. Only the codes this requester asked for are compared, each at most five times for the browser
 * and five times for the address, so that a neighbour behind the same address cannot use up a browser's tries.
 * @returns whose code it was (null for an address without an account), or null when it is wrong, used or too old.
 */
export async function consumeCode(
  ctx: Ctx,
  contact: Contact,
  use: CodeUse,
  code: string,
): Promise<{ userId: string | null } | null> {
  const { deviceHash } = requesterOf(ctx, use);
  const isOwn = sql`${signInCodes.deviceHash} = ${deviceHash}`;
  const tried = await ctx.db
    .update(signInCodes)
    .set({
      attempts: sql`${signInCodes.attempts} + case when ${isOwn} then 1 else 0 end`,
      addressAttempts: sql`${signInCodes.addressAttempts} + case when ${isOwn} then 0 else 1 end`,
    })
    .where(
      and(
        isFor(ctx, contact, use),
        gt(signInCodes.expiresAt, now(ctx)),
        sql`case when ${isOwn} then ${signInCodes.attempts} else ${signInCodes.addressAttempts} end < ${maxTriesPerCode}`,
      ),
    )
    .returning({ id: signInCodes.id, userId: signInCodes.userId, codeHash: signInCodes.codeHash });
  const entered = Buffer.from(hashCode(ctx, contact, use, code));
  const right = tried.find(({ codeHash }) => timingSafeEqual(Buffer.from(codeHash), entered));
  if (right === undefined) return null;
  await ctx.db.delete(signInCodes).where(isFor(ctx, contact, use));
  return { userId: right.userId };
}

/** Wrong codes are counted for whoever enters them. */
export function codeTriesOf(ctx: Ctx, contact: Contact, use: CodeUse): Attempt {
  return [limits.codeTries, `${requesterOf(ctx, use).deviceHash} ${targetOf(contact)}`];
}

export interface Holder {
  readonly id: string;
  readonly tenantId: string;
  readonly username: string;
  readonly email: string | null;
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
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      language: users.language,
    })
    .from(users)
    .where(eq(users[`${key}Index`], await findIndex(ctx, users, key, address)));
  return openFound(ctx, users, { key, value: address }, row);
}

/** The name limits know a number or an address by. */
export function targetOf({ channel, address }: Contact): string {
  return `${channel}:${address}`;
}

/** The codes that this requester asked for. */
function isFor(ctx: Ctx, contact: Contact, use: CodeUse) {
  const { deviceHash, addressHash } = requesterOf(ctx, use);
  return and(
    eq(signInCodes.targetHash, hashTarget(ctx, contact)),
    eq(signInCodes.use, use),
    or(eq(signInCodes.deviceHash, deviceHash), eq(signInCodes.addressHash, addressHash)),
  );
}

export function hashTarget(ctx: Ctx, contact: Contact): string {
  return ctx.keyedHash('sign-in-code/target', targetOf(contact));
}

function hashCode(ctx: Ctx, contact: Contact, use: CodeUse, code: string): string {
  return ctx.keyedHash('sign-in-code/code', `${use} ${targetOf(contact)} ${code}`);
}
