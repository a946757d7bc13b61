import { createHash, randomBytes } from 'node:crypto';
import { and, desc, eq, gt, isNotNull, lte, ne, or } from 'drizzle-orm';
import { type Actor, type Ctx, now, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { notFound, unauthenticated } from '../../kernel/problem.ts';
import { openRows, sealRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { sessionIdleMs, sessionLifetimeMs, sessionTouchMs } from './limits.ts';
import { operators, sessions, users } from './schema.ts';
import { readUser, type UserView } from './user-view.ts';

export interface OpenedSession {
  /** Goes into the cookie and nowhere else; only its hash is stored. */
  readonly token: string;
  readonly user: UserView;
}

/** The last step of every way in. Joins the transaction that has proven who it is. */
export async function openSession(
  ctx: Ctx,
  person: { userId: string; tenantId: string },
): Promise<OpenedSession> {
  // A browser that logs in again has no use for its earlier session.
  if (ctx.actor.kind === 'user') await ctx.db.delete(sessions).where(eq(sessions.id, ctx.actor.sessionId));
  const token = randomBytes(32).toString('base64url');
  const session = { id: newId('sess'), ...person };
  const row = await sealRow(ctx, sessions, {
    ...session,
    tokenHash: hashToken(token),
    ip: ctx.client?.ip ?? '',
    userAgent: ctx.client?.userAgent ?? '',
    createdAt: now(ctx),
    lastSeenAt: now(ctx),
    expiresAt: new Date(now(ctx).getTime() + sessionLifetimeMs),
  });
  await ctx.db.insert(sessions).values(row);
  const user = await readUser(ctx, person.userId);
  const actor: Actor = {
    kind: 'user',
    userId: user.id,
    sessionId: session.id,
    role: user.role,
    isOperator: user.isOperator,
  };
  await audit({ ...ctx, actor, tenantId: person.tenantId }, 'identity.session_opened', {
    targetId: session.id,
    subjectId: user.id,
  });
  return { token, user };
}

/** Who holds this token, or null when the session ended, was idle for a day, or never was. One query. */
export async function findSession(
  ctx: Ctx,
  token: string,
): Promise<{ actor: Actor; tenantId: string; mustChangePassword: boolean } | null> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const [row] = await ctx.db
      .select({
        id: sessions.id,
        userId: sessions.userId,
        tenantId: sessions.tenantId,
        lastSeenAt: sessions.lastSeenAt,
        role: users.role,
        operatorId: operators.userId,
        mustChangePassword: operators.mustChangePassword,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .leftJoin(operators, eq(operators.userId, sessions.userId))
      .where(and(eq(sessions.tokenHash, hashToken(token)), isAlive(ctx)));
    if (row === undefined) return null;
    if (now(ctx).getTime() - row.lastSeenAt.getTime() >= sessionTouchMs) {
      await ctx.db
        .update(sessions)
        .set({ lastSeenAt: now(ctx) })
        .where(eq(sessions.id, row.id));
    }
    const actor: Actor = {
      kind: 'user',
      userId: row.userId,
      sessionId: row.id,
      role: row.role,
      isOperator: row.operatorId !== null,
    };
    return { actor, tenantId: row.tenantId, mustChangePassword: row.mustChangePassword === true };
  });
}

export interface SessionView {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly ip: string;
  readonly userAgent: string;
  readonly isCurrent: boolean;
}

/** Where the person is logged in, newest first. */
export async function listSessions(ctx: Ctx): Promise<{ items: SessionView[]; nextCursor: null }> {
  authorize(ctx, 'identity:manage-sessions');
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: sessions.id,
        userId: sessions.userId,
        createdAt: sessions.createdAt,
        lastSeenAt: sessions.lastSeenAt,
        ip: sessions.ip,
        userAgent: sessions.userAgent,
      })
      .from(sessions)
      .where(and(eq(sessions.userId, userOf(ctx)), isAlive(ctx)))
      .orderBy(desc(sessions.id))
      .limit(200);
    const opened = await openRows(ctx, sessions, rows);
    return {
      items: opened.map(({ userId: _own, ...row }) => ({
        ...row,
        isCurrent: row.id === currentSession(ctx),
      })),
      nextCursor: null,
    };
  });
}

/** @throws `kernel.not_found` for sessions of others, as for those that never were. */
export async function endSession(ctx: Ctx, input: { sessionId: string }): Promise<void> {
  authorize(ctx, 'identity:manage-sessions');
  await inTransaction(ctx, 'account', async (ctx) => {
    const ended = await ctx.db
      .delete(sessions)
      .where(and(eq(sessions.id, input.sessionId), eq(sessions.userId, userOf(ctx))))
      .returning({ id: sessions.id });
    if (ended.length === 0) throw notFound();
    await audit(ctx, 'identity.session_ended', { targetId: input.sessionId, subjectId: userOf(ctx) });
  });
}

export async function endOtherSessions(ctx: Ctx): Promise<void> {
  authorize(ctx, 'identity:manage-sessions');
  await inTransaction(ctx, 'account', async (ctx) => {
    const ended = await ctx.db
      .delete(sessions)
      .where(and(eq(sessions.userId, userOf(ctx)), ne(sessions.id, currentSession(ctx))))
      .returning({ id: sessions.id });
    await audit(ctx, 'identity.other_sessions_ended', {
      targetId: userOf(ctx),
      subjectId: userOf(ctx),
      details: { count: ended.length },
    });
  });
}

/** Ends the caller's session; a caller without one has nothing to end. */
export async function logout(ctx: Ctx): Promise<void> {
  authorize(ctx, 'identity:logout');
  if (ctx.actor.kind !== 'user') return;
  const { sessionId } = ctx.actor;
  await inTransaction(ctx, 'account', async (ctx) => {
    await ctx.db.delete(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, userOf(ctx))));
    await audit(ctx, 'identity.logged_out', { targetId: sessionId, subjectId: userOf(ctx) });
  });
}

/** Ends a person's sessions because the password changed. Joins that transaction. */
export async function endSessionsOf(ctx: Ctx, userId: string, exceptSessionId: string | null): Promise<void> {
  await ctx.db
    .delete(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        exceptSessionId === null ? isNotNull(sessions.id) : ne(sessions.id, exceptSessionId),
      ),
    );
}

export async function deleteEndedSessions(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, 'signin', async (ctx) => {
    await ctx.db
      .delete(sessions)
      .where(or(lte(sessions.expiresAt, now(ctx)), lte(sessions.lastSeenAt, idleSince(ctx))));
  });
}

function isAlive(ctx: Ctx) {
  return and(gt(sessions.expiresAt, now(ctx)), gt(sessions.lastSeenAt, idleSince(ctx)));
}

function idleSince(ctx: Ctx): Date {
  return new Date(now(ctx).getTime() - sessionIdleMs);
}

function currentSession(ctx: Ctx): string {
  if (ctx.actor.kind !== 'user') throw unauthenticated();
  return ctx.actor.sessionId;
}

/** The token has 256 random bits, so a plain hash cannot be reversed by trying. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
