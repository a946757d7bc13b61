import { chineseCalendar, isOverdue, missingNotice, type WorkingCalendar } from '@candor/privacy-engine';
import { and, asc, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { authorize } from '../../../declare/permissions.ts';
import { deleteOldCodes } from './case-codes.ts';
import { lockCase } from './case-store.ts';
import { countOverdue, yearsWithoutNotice } from './metrics.ts';
import { sendLetter } from './send-letter.ts';
import { isFinal, openStates } from './states.ts';
import { caseSteps } from './step-tables.ts';
import { cases } from './tables.ts';
import { changeCase, takeStep } from './take-step.ts';

export interface Watch {
  /** Open cases past their term, however they were noticed. */
  readonly overdue: number;
  /** The year whose public holidays should be known by now and are not. */
  readonly missingNotice: number | null;
}

/**
 * Looks after every open case: counts its term again, which a newly published year may move, and tells person and
 * officer when it has passed. A request whose contact was never confirmed ends on its day with a coded refusal.
 */
export async function watchDeadlines(ctx: Ctx, calendar: WorkingCalendar = chineseCalendar): Promise<Watch> {
  authorize(ctx, 'privacy:watch-cases');
  for (let after = ''; ;) {
    const ids = await openCaseIds(ctx, after);
    for (const caseId of ids) await watchCase(ctx, caseId, calendar);
    const last = ids.at(-1);
    if (last === undefined) break;
    after = last;
  }
  await inTransaction(ctx, 'casework', deleteOldCodes);
  await stampClosedCases(ctx);
  const overdue = await inTransaction(ctx, 'casework', countOverdue);
  const year = missingNotice(calendar, now(ctx));
  ctx.product.metrics.gauge(yearsWithoutNotice).set(year === null ? 0 : 1);
  if (year !== null)
    ctx.log.error({ year }, 'the public holidays of a year are not known, terms are provisional');
  return { overdue, missingNotice: year };
}

async function openCaseIds(ctx: Ctx, after: string): Promise<string[]> {
  const rows = await inTransaction(ctx, 'casework', (ctx) =>
    ctx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(inArray(cases.state, openStates), gt(cases.id, after)))
      .orderBy(asc(cases.id))
      .limit(200),
  );
  return rows.map(({ id }) => id);
}

async function watchCase(ctx: Ctx, caseId: string, calendar: WorkingCalendar): Promise<void> {
  await inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockCase(ctx, caseId);
    if (row === undefined || isFinal(row.state)) return;
    const counted = await changeCase(ctx, row, {}, calendar);
    if (!isOverdue(counted.dueOn, now(ctx)) || counted.overdueAt !== null) return;
    if (counted.state === 'received') {
      const code = 'identity-not-verified';
      const set = { refusalCode: code };
      const refused = await takeStep(ctx, counted, {
        kind: 'refused',
        by: 'system',
        to: 'refused',
        code,
        set,
      });
      await sendLetter(ctx, refused, { kind: 'refused', code, explanation: '' });
      return;
    }
    const overdue = await takeStep(ctx, counted, {
      kind: 'overdue',
      by: 'system',
      set: { overdueAt: now(ctx) },
    });
    await sendLetter(ctx, overdue, { kind: 'overdue' });
    ctx.log.error({ caseId, dueOn: counted.dueOn }, 'a request of a person is overdue');
  });
}

/**
 * Writes the end of a case onto its lines, from which their retention counts. No other purpose may change a line, so this
 * happens under the purpose that will also delete it.
 */
async function stampClosedCases(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, 'erasure', async (ctx) => {
    const closed = ctx.db
      .select({ caseId: cases.id, closedAt: cases.closedAt })
      .from(cases)
      .where(isNotNull(cases.closedAt))
      .as('closed');
    await ctx.db
      .update(caseSteps)
      .set({ caseClosedAt: closed.closedAt })
      .from(closed)
      .where(and(eq(caseSteps.caseId, closed.caseId), isNull(caseSteps.caseClosedAt)));
  });
}

export const watchDeadlinesJob = defineJob(
  'privacy.watch-case-deadlines',
  z.object({}),
  async (ctx) => void (await watchDeadlines(ctx)),
  {
    cron: '*/10 * * * *',
  },
);
