import { randomInt, timingSafeEqual } from 'node:crypto';
import { and, eq, gt, lt, lte, sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { unauthenticated } from '../../kernel/problem.ts';
import { findIndex, openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { sendMessage } from '../notifications/index.ts';
import { addressOf, takeAttempt } from './attempts.ts';
import type { Contact } from './contacts.ts';
import { codeLifetimeMs, codeResendMs, limits, maxTriesPerCode } from './limits.ts';
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
  await takeAttempt(ctx, [[limits.codesFromAddress, addressOf(ctx)]]);
  const waitMs = await untilResend(ctx, input);
  if (waitMs > 0) return { resendAfterSeconds: Math.ceil(waitMs / 1000) };
  await takeAttempt(ctx, [[limits.codesToTarget, targetOf(input.contact)]]);
  await inTransaction(ctx, 'signin', async (ctx) => {
    const holder = await findHolder(ctx, input.contact);
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

/** Codes that only a logged-in person asks for, and that count for nobody else. */
function isAboutSelf(use: CodeUse): boolean {
  return use === 'bind' || use === 'confirm';
}

/** Milliseconds until another code may be sent to this target for this use. */
async function untilResend(ctx: Ctx, { contact, use }: SendCode): Promise<number> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const [row] = await ctx.db
      .select({ createdAt: signInCodes.createdAt })
      .from(signInCodes)
      .where(isFor(ctx, contact, use));
    return row === undefined ? 0 : row.createdAt.getTime() + codeResendMs - now(ctx).getTime();
  });
}

/** Puts a new code in the place of the old one; false when another request was quicker. */
async function replaceCode(
  ctx: Ctx,
  { contact, use }: SendCode,
  code: string,
  userId: string | null,
): Promise<boolean> {
  const fresh = {
    id: newId('signInCode'),
    userId,
    codeHash: hashCode(ctx, contact, use, code),
    attempts: 0,
    createdAt: now(ctx),
    expiresAt: new Date(now(ctx).getTime() + codeLifetimeMs),
  };
  const written = await ctx.db
    .insert(signInCodes)
    .values({ ...fresh, use, targetHash: hashTarget(ctx, contact) })
    .onConflictDoUpdate({
      target: [signInCodes.targetHash, signInCodes.use],
      set: fresh,
      setWhere: lte(signInCodes.createdAt, new Date(now(ctx).getTime() - codeResendMs)),
    })
    .returning({ id: signInCodes.id });
  return written.length > 0;
}

/**
 * Uses a code up. Joins the caller's transaction; the caller must commit also when the answer is null, or the wrong
 * try would not count.
 * @returns whose code it was (null for an address without an account), or null when it is wrong, used or too old.
 */
export async function consumeCode(
  ctx: Ctx,
  contact: Contact,
  use: CodeUse,
  code: string,
): Promise<{ userId: string | null } | null> {
  const [row] = await ctx.db
    .update(signInCodes)
    .set({ attempts: sql`${signInCodes.attempts} + 1` })
    .where(
      and(
        isFor(ctx, contact, use),
        gt(signInCodes.expiresAt, now(ctx)),
        lt(signInCodes.attempts, maxTriesPerCode),
      ),
    )
    .returning({ id: signInCodes.id, userId: signInCodes.userId, codeHash: signInCodes.codeHash });
  if (row === undefined) return null;
  const isRight = timingSafeEqual(Buffer.from(row.codeHash), Buffer.from(hashCode(ctx, contact, use, code)));
  if (!isRight) return null;
  await ctx.db.delete(signInCodes).where(eq(signInCodes.id, row.id));
  return { userId: row.userId };
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
      email: users.email,
      language: users.language,
    })
    .from(users)
    .where(eq(users[`${key}Index`], await findIndex(ctx, users, key, address)));
  return openRow(ctx, users, row);
}

/** The name limits know a number or an address by. */
export function targetOf({ channel, address }: Contact): string {
  return `${channel}:${address}`;
}

function isFor(ctx: Ctx, contact: Contact, use: CodeUse) {
  return and(eq(signInCodes.targetHash, hashTarget(ctx, contact)), eq(signInCodes.use, use));
}

function hashTarget(ctx: Ctx, contact: Contact): string {
  return ctx.keyedHash('sign-in-code/target', targetOf(contact));
}

function hashCode(ctx: Ctx, contact: Contact, use: CodeUse, code: string): string {
  return ctx.keyedHash('sign-in-code/code', `${use} ${targetOf(contact)} ${code}`);
}
