import { and, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import { networkOf } from '../../kernel/client-address.ts';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Limit } from './limits.ts';
import { tooManyAttempts } from './problems.ts';
import { attempts } from './schema.ts';

/** A limit and whom it counts. The identifier is hashed before it goes anywhere. */
export type Attempt = readonly [limit: Limit, identifier: string];

/**
 * Counts a try before it is made, in a transaction of its own, so that a failure stays counted and a thousand at once
 * are a thousand. A refused try is counted nowhere: it is rolled back, so that no counter grows by what another one has
 * stopped. Knows nothing of accounts, so its answer cannot tell whether one exists.
 * @throws `identity.too_many_attempts` with the seconds to wait.
 */
export async function takeAttempt(ctx: Ctx, tries: readonly Attempt[]): Promise<void> {
  if (tries.length === 0) return;
  await inTransaction(ctx, 'signin', async (ctx) => {
    const counted = await count(ctx, tries);
    const exceeded = counted.filter(({ limit, count: taken }) => taken > limit.max);
    if (exceeded.length === 0) return;
    const waitsMs = exceeded.map(({ windowEndsAt }) => windowEndsAt.getTime() - now(ctx).getTime());
    throw tooManyAttempts({ retryAfterSeconds: Math.ceil(Math.max(...waitsMs) / 1000) });
  });
}

/** Whether a limit let something pass that the caller is not told of. */
export async function isWithin(take: () => Promise<void>): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Whether a counter that alone refuses nothing has been filled. */
export async function isFull(ctx: Ctx, [limit, identifier]: Attempt): Promise<boolean> {
  return inTransaction(ctx, 'signin', async (ctx) => {
    const [row] = await ctx.db
      .select({ keyHash: attempts.keyHash })
      .from(attempts)
      .where(
        and(
          eq(attempts.keyHash, keyOf(ctx, [limit, identifier])),
          gte(attempts.count, limit.max),
          gt(attempts.windowEndsAt, now(ctx)),
        ),
      );
    return row !== undefined;
  });
}

/** Counts without refusing. */
export async function noteAttempt(ctx: Ctx, attempt: Attempt): Promise<void> {
  await inTransaction(ctx, 'signin', (ctx) => count(ctx, [attempt]));
}

async function count(
  ctx: Ctx,
  tries: readonly Attempt[],
): Promise<{ limit: Limit; count: number; windowEndsAt: Date }[]> {
  const limitByKey = new Map(tries.map((attempt) => [keyOf(ctx, attempt), attempt[0]]));
  // One order for all requests, so that two requests that share two counters cannot wait for each other.
  const keys = [...limitByKey.keys()].sort();
  const isOver = sql`${attempts.windowEndsAt} <= ${now(ctx).toISOString()}::timestamptz`;
  const rows = await ctx.db
    .insert(attempts)
    .values(
      keys.map((keyHash) => ({
        keyHash,
        count: 1,
        windowEndsAt: new Date(now(ctx).getTime() + (limitByKey.get(keyHash)?.windowMs ?? 0)),
      })),
    )
    .onConflictDoUpdate({
      target: attempts.keyHash,
      set: {
        count: sql`case when ${isOver} then 1 else ${attempts.count} + 1 end`,
        windowEndsAt: sql`case when ${isOver} then excluded.window_ends_at else ${attempts.windowEndsAt} end`,
      },
    })
    .returning();
  return rows.flatMap((row) => {
    const limit = limitByKey.get(row.keyHash);
    return limit === undefined ? [] : [{ limit, count: row.count, windowEndsAt: row.windowEndsAt }];
  });
}

/** A success: who has proven to be right starts afresh. Joins the transaction of the success. */
export async function forgetAttempts(ctx: Ctx, tries: readonly Attempt[]): Promise<void> {
  if (tries.length === 0) return;
  await ctx.db.delete(attempts).where(
    inArray(
      attempts.keyHash,
      tries.map((attempt) => keyOf(ctx, attempt)),
    ),
  );
}

/** Gives one try back where only failures shall count. */
export async function returnAttempt(ctx: Ctx, tries: readonly Attempt[]): Promise<void> {
  if (tries.length === 0) return;
  const keys = tries.map((attempt) => keyOf(ctx, attempt));
  await ctx.db
    .update(attempts)
    .set({ count: sql`greatest(${attempts.count} - 1, 0)` })
    .where(inArray(attempts.keyHash, keys));
}

export async function deleteOldAttempts(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, 'signin', (ctx) =>
    ctx.db.delete(attempts).where(lte(attempts.windowEndsAt, now(ctx))),
  );
}

/** Where a request comes from, as far as limits care. */
export function addressOf(ctx: Ctx): string {
  return networkOf(ctx.client?.ip ?? 'none');
}

function keyOf(ctx: Ctx, [limit, identifier]: Attempt): string {
  return ctx.keyedHash(`attempts/${limit.name}`, identifier);
}
