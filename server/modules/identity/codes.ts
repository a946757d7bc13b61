import { randomInt, timingSafeEqual } from 'node:crypto';
import { and, desc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { unauthenticated } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel, sendMessage } from '../notifications/index.ts';
import { type Attempt, isWithin, noteAttempt, returnAttempt, takeAttempt } from './attempts.ts';
import { type Contact, targetOf } from './contacts.ts';
import { codeLifetimeMs, codeResendMs, limits, maxTriesPerCode } from './limits.ts';
import { findHolder, findRecoverable, type Holder } from './holders.ts';
import { isAboutSelf, requesterOf } from './requester.ts';
import { isOwnRequest, ownLimit, sendingLimits } from './sending-limits.ts';
import { requireServedCountry, takeSmsToStranger } from './sms-to-strangers.ts';
import { signInCodes } from './schema.ts';
import * as messages from './messages.ts';

const codeUses = ['register', 'login', 'recover', 'bind', 'confirm'] as const;
export type CodeUse = (typeof codeUses)[number];

export interface SendCode {
  readonly contact: Contact;
  readonly use: CodeUse;
  readonly language: 'zh-CN' | 'en';
}

/**
 * Sends a code, or, to an address without an account, the notice that it has none. The answer, the work and the
 * number of messages are the same in both cases; only who reads the messages can tell.
 *
 * Strangers cause at most one message a minute to one recipient. A requester who asks within the minute shares the code
 * of that message: it counts for them as if they had caused it, with tries of their own.
 */
export async function sendCode(ctx: Ctx, input: SendCode): Promise<{ resendAfterSeconds: number }> {
  authorize(ctx, 'identity:send-code');
  if (isAboutSelf(input.use) && ctx.actor.kind !== 'user') throw unauthenticated();
  requireChannel(ctx, input.contact.channel);
  if (input.use !== 'confirm') requireServedCountry(ctx, input.contact);
  const { holder, waitMs } = await inTransaction(ctx, 'signin', async (ctx) => ({
    holder: await (input.use === 'recover' ? findRecoverable : findHolder)(ctx, input.contact),
    waitMs: await untilResend(ctx, input),
  }));
  if (waitMs > 0) return answerAfter(waitMs);
  if (isOwnRequest(ctx, input.use, holder)) {
    await takeAttempt(ctx, [ownLimit(ctx, input.use, holder)]);
    await inTransaction(ctx, 'signin', (ctx) => sendNewCode(ctx, input, holder));
    return answerAfter(codeResendMs);
  }
  const recent = await inTransaction(ctx, 'signin', (ctx) => findRecentCode(ctx, input, holder));
  if (recent !== undefined) return shareCode(ctx, input, holder, recent);
  const tries = await sendingLimits(ctx, input);
  await takeAttempt(ctx, tries);
  if (!(await mayReach(ctx, input, holder))) return answerAfter(codeResendMs);
  const quicker = await inTransaction(ctx, 'signin', async (ctx) => {
    await lockCodes(ctx, input.contact);
    const sentMeanwhile = await findRecentCode(ctx, input, holder);
    if (sentMeanwhile === undefined) await sendNewCode(ctx, input, holder);
    return sentMeanwhile;
  });
  if (quicker !== undefined) {
    await inTransaction(ctx, 'signin', (ctx) => returnAttempt(ctx, tries));
    return shareCode(ctx, input, holder, quicker);
  }
  await noteAttempt(ctx, [limits.codesToTarget, targetOf(input.contact)]);
  return answerAfter(codeResendMs);
}

function answerAfter(waitMs: number): { resendAfterSeconds: number } {
  return { resendAfterSeconds: Math.ceil(waitMs / 1000) };
}

/** Joins the caller's transaction. */
async function sendNewCode(ctx: Ctx, input: SendCode, holder: Holder | undefined): Promise<void> {
  await lockCodes(ctx, input.contact);
  // Another request of this requester was quicker.
  if ((await untilResend(ctx, input)) > 0) return;
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const userId = isAboutSelf(input.use) ? userOf(ctx) : (holder?.id ?? null);
  await replaceCode(ctx, input, {
    userId,
    codeHash: hashCode(ctx, input.contact, code),
    expiresAt: new Date(now(ctx).getTime() + codeLifetimeMs),
  });
  await sendMessage(ctx, {
    channel: input.contact.channel,
    to: input.contact.address,
    userId,
    message: showsCode(input.use, holder)
      ? messages.code({ code, minutes: codeLifetimeMs / 60_000 })
      : messages.noAccount({}),
    language: holder?.language ?? input.language,
  });
  await audit(ctx, 'identity.code_sent', {
    targetId: userId,
    subjectId: userId,
    details: { use: input.use, channel: input.contact.channel },
  });
}

/** What the message says: a code, or that there is no account. */
function showsCode(use: CodeUse, holder: Holder | undefined): boolean {
  return holder !== undefined || use === 'register' || isAboutSelf(use);
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
  return isWithin(() => takeSmsToStranger(ctx, contact));
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

/** One request after the other for one recipient. Ends with the transaction. */
function lockCodes(ctx: Ctx, contact: Contact): Promise<void> {
  return lockName(ctx, `sign-in codes ${hashTarget(ctx, contact)}`);
}

/** A code as its message carries it, for any requester of the message. */
interface SentCode {
  readonly userId: string | null;
  readonly codeHash: string;
  readonly expiresAt: Date;
}

/** Puts a code in the place of the requester's old ones. Joins the caller's transaction. */
async function replaceCode(ctx: Ctx, { contact, use }: SendCode, sent: SentCode): Promise<void> {
  await ctx.db.delete(signInCodes).where(isFor(ctx, contact, use));
  await ctx.db.insert(signInCodes).values({
    id: newId('code'),
    use,
    targetHash: hashTarget(ctx, contact),
    ...requesterOf(ctx, use),
    ...sent,
    attempts: 0,
    addressAttempts: 0,
    createdAt: now(ctx),
  });
}

/** The code of the message with the same text that this recipient was sent within the last minute. */
async function findRecentCode(
  ctx: Ctx,
  { contact, use }: SendCode,
  holder: Holder | undefined,
): Promise<SentCode | undefined> {
  const sameText = codeUses.filter(
    (other) => other !== 'confirm' && showsCode(other, holder) === showsCode(use, holder),
  );
  const [row] = await ctx.db
    .select({
      userId: signInCodes.userId,
      codeHash: signInCodes.codeHash,
      expiresAt: signInCodes.expiresAt,
    })
    .from(signInCodes)
    .where(
      and(
        eq(signInCodes.targetHash, hashTarget(ctx, contact)),
        inArray(signInCodes.use, sameText),
        // A code that is shared ends with its message, so its end tells when the message was sent.
        gt(signInCodes.expiresAt, new Date(now(ctx).getTime() + codeLifetimeMs - codeResendMs)),
      ),
    )
    .orderBy(desc(signInCodes.expiresAt))
    .limit(1);
  return row;
}

/**
 * Makes the code of the last message count for one more requester. The number is limited, because every requester has
 * tries of their own; a later requester is answered to ask again when the minute is over.
 */
async function shareCode(
  ctx: Ctx,
  input: SendCode,
  holder: Holder | undefined,
  recent: SentCode,
): Promise<{ resendAfterSeconds: number }> {
  const target = targetOf(input.contact);
  const shares: Attempt[] = [
    [limits.codesShared, target],
    [limits.codesSharedPerDay, target],
  ];
  if (!(await isWithin(() => takeAttempt(ctx, shares))))
    return answerAfter(recent.expiresAt.getTime() - codeLifetimeMs + codeResendMs - now(ctx).getTime());
  await inTransaction(ctx, 'signin', async (ctx) => {
    await lockCodes(ctx, input.contact);
    if ((await untilResend(ctx, input)) > 0) return;
    const userId = isAboutSelf(input.use) ? userOf(ctx) : (holder?.id ?? null);
    await replaceCode(ctx, input, { ...recent, userId });
  });
  return answerAfter(codeResendMs);
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
  const entered = Buffer.from(hashCode(ctx, contact, code));
  const right = tried.find(({ codeHash }) => timingSafeEqual(Buffer.from(codeHash), entered));
  if (right === undefined) return null;
  // A code works once, also when several requesters share it.
  const isSameCode = and(
    eq(signInCodes.targetHash, hashTarget(ctx, contact)),
    eq(signInCodes.codeHash, right.codeHash),
  );
  await ctx.db.delete(signInCodes).where(or(isFor(ctx, contact, use), isSameCode));
  return { userId: right.userId };
}

/** Wrong codes are counted for the person who enters them. */
export function codeTriesOf(ctx: Ctx, contact: Contact, use: CodeUse): Attempt {
  return [limits.codeTries, `${requesterOf(ctx, use).deviceHash} ${targetOf(contact)}`];
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

function hashCode(ctx: Ctx, contact: Contact, code: string): string {
  return ctx.keyedHash('sign-in-code/code', `${targetOf(contact)} ${code}`);
}
