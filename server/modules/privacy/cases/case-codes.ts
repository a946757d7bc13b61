import { randomInt, timingSafeEqual } from 'node:crypto';
import { and, eq, gt, lt, lte, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { newId } from '../../../kernel/id.ts';
import type { Case } from './case-store.ts';
import { codeLifetimeMs, maxTriesPerCode } from './limits.ts';
import { caseCodes } from './step-tables.ts';

export type CodeUse = 'contact' | 'account';

/** A new code for one case and use; the old one is worthless from now on. Joins the caller's transaction. */
export async function makeCode(ctx: Ctx, row: Case, use: CodeUse): Promise<string> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const fresh = {
    codeHash: hashCode(ctx, row.id, use, code),
    attempts: 0,
    createdAt: now(ctx),
    expiresAt: new Date(now(ctx).getTime() + codeLifetimeMs),
  };
  await ctx.db
    .insert(caseCodes)
    .values({ id: newId('ccode'), caseId: row.id, subjectId: row.subjectId, use, ...fresh })
    .onConflictDoUpdate({ target: [caseCodes.caseId, caseCodes.use], set: fresh });
  return code;
}

/**
 * Uses a code up. Joins the caller's transaction, which must commit also when the answer is no, or the wrong try would
 * not count. A case that does not exist has no code, and answers the same.
 */
export async function consumeCode(ctx: Ctx, caseId: string, use: CodeUse, code: string): Promise<boolean> {
  const [row] = await ctx.db
    .update(caseCodes)
    .set({ attempts: sql`${caseCodes.attempts} + 1` })
    .where(
      and(
        eq(caseCodes.caseId, caseId),
        eq(caseCodes.use, use),
        gt(caseCodes.expiresAt, now(ctx)),
        lt(caseCodes.attempts, maxTriesPerCode),
      ),
    )
    .returning({ id: caseCodes.id, codeHash: caseCodes.codeHash });
  const entered = hashCode(ctx, caseId, use, code);
  if (row === undefined || !timingSafeEqual(Buffer.from(row.codeHash), Buffer.from(entered))) return false;
  await ctx.db.delete(caseCodes).where(eq(caseCodes.id, row.id));
  return true;
}

/** Joins the caller's transaction. */
export async function forgetCode(ctx: Ctx, caseId: string, use: CodeUse): Promise<void> {
  await ctx.db.delete(caseCodes).where(and(eq(caseCodes.caseId, caseId), eq(caseCodes.use, use)));
}

/** Joins the caller's transaction. */
export async function deleteOldCodes(ctx: Ctx): Promise<void> {
  await ctx.db.delete(caseCodes).where(lte(caseCodes.expiresAt, now(ctx)));
}

function hashCode(ctx: Ctx, caseId: string, use: CodeUse, code: string): string {
  return ctx.keyedHash('privacy/case-code', `${caseId} ${use} ${code}`);
}
