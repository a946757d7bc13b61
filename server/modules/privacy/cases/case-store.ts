import type { OpenQuestion } from '@candor/privacy-engine';
import { and, asc, eq, type SQL } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { openRow, openRows } from '../../../kernel/sealed-rows.ts';
import { questionsOf } from './case-clocks.ts';
import { caseSteps } from './step-tables.ts';
import { cases } from './tables.ts';

/** How to lock a row: wait for its holder, or go without it. */
const wait = {} as const;
const skip = { skipLocked: true } as const;

async function selectCase(ctx: Ctx, condition: SQL | undefined, lock: typeof wait | typeof skip | null) {
  const query = ctx.db.select().from(cases).where(condition);
  const [row] = await (lock === null ? query : query.for('update', lock));
  return openRow(ctx, cases, row);
}

/** A case as it was written. */
export type Case = NonNullable<Awaited<ReturnType<typeof selectCase>>>;

/** Reads a case. Joins the caller's transaction. */
export async function findCase(ctx: Ctx, caseId: string, condition?: SQL): Promise<Case | undefined> {
  return selectCase(ctx, and(eq(cases.id, caseId), condition), null);
}

/** Reads a case and keeps others from changing it until the transaction ends. */
export async function lockCase(ctx: Ctx, caseId: string, condition?: SQL): Promise<Case | undefined> {
  return selectCase(ctx, and(eq(cases.id, caseId), condition), wait);
}

/** As `lockCase`, but a case that is locked right now is not there: for callers that hold another case already. */
export async function lockIdleCase(ctx: Ctx, caseId: string): Promise<Case | undefined> {
  return selectCase(ctx, eq(cases.id, caseId), skip);
}

/** What happened in a case, oldest first, with the words that were written. */
export async function readSteps(ctx: Ctx, caseId: string) {
  const rows = await ctx.db
    .select()
    .from(caseSteps)
    .where(eq(caseSteps.caseId, caseId))
    .orderBy(asc(caseSteps.id));
  return openRows(ctx, caseSteps, rows);
}

export type CaseStep = Awaited<ReturnType<typeof readSteps>>[number];

/** When the case was waiting for the person. */
export async function readQuestions(ctx: Ctx, caseId: string): Promise<OpenQuestion[]> {
  const steps = await ctx.db
    .select({ at: caseSteps.createdAt, toState: caseSteps.toState })
    .from(caseSteps)
    .where(eq(caseSteps.caseId, caseId))
    .orderBy(asc(caseSteps.id));
  return questionsOf(steps, now(ctx));
}
