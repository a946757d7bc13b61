import { civilDateInShanghai, missingNotice, chineseCalendar } from '@candor/privacy-engine';
import { and, asc, count, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { firstOf } from '../../../kernel/first-of.ts';
import { page } from '../../../kernel/http.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../../audit/index.ts';
import type { CaseFile } from './answer-case.ts';
import { lockCase, readSteps } from './case-store.ts';
import type { CaseType } from './request-kinds.ts';
import { type CaseState, openStates } from './states.ts';
import { cases } from './tables.ts';

export interface QueueFilter {
  readonly state?: CaseState | undefined;
  readonly type?: CaseType | undefined;
  readonly isOverdue?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What waits for an officer: open, and with a confirmed contact. */
const workable = openStates.filter((state) => state !== 'received');

/** Requests by the day they are due, the most pressing first. It shows nothing a person wrote. */
export async function listQueue(ctx: Ctx, filter: QueueFilter) {
  authorize(ctx, 'privacy:work-cases');
  return inTransaction(ctx, 'casework', async (ctx) => {
    const today = civilDateInShanghai(now(ctx));
    const { state, type, isOverdue, cursor } = filter;
    const rows = await ctx.db
      .select({
        id: cases.id,
        type: cases.type,
        role: cases.role,
        state: cases.state,
        outcome: cases.outcome,
        origin: cases.origin,
        receivedAt: cases.receivedAt,
        verifiedAt: cases.verifiedAt,
        dueOn: cases.dueOn,
        isProvisional: cases.isProvisional,
        closedAt: cases.closedAt,
      })
      .from(cases)
      .where(
        and(
          state === undefined ? inArray(cases.state, workable) : eq(cases.state, state),
          type === undefined ? undefined : eq(cases.type, type),
          isOverdue === undefined ? undefined : (isOverdue ? lt : gte)(cases.dueOn, today),
          cursor === undefined ? undefined : isAfter(cursor),
        ),
      )
      .orderBy(asc(cases.dueOn), asc(cases.id))
      .limit(filter.limit + 1);
    return page(rows, filter.limit);
  });
}

/** What comes after a case in the order of the queue; nothing where there is no such case. */
function isAfter(cursor: string) {
  return sql`(${cases.dueOn}, ${cases.id}) > (select c.due_on, c.id from ${cases} c where c.id = ${cursor})`;
}

/** How the queue stands: for the head of the page, and for the alert. */
export async function summariseQueue(ctx: Ctx) {
  authorize(ctx, 'privacy:work-cases');
  const calendarYearMissing = missingNotice(chineseCalendar, now(ctx));
  return inTransaction(ctx, 'casework', async (ctx) => {
    const today = civilDateInShanghai(now(ctx));
    const rows = await ctx.db
      .select({
        open: count(),
        overdue: sql<number>`count(*) filter (where ${cases.dueOn} < ${today})`.mapWith(Number),
        dueToday: sql<number>`count(*) filter (where ${cases.dueOn} = ${today})`.mapWith(Number),
        waitingForPerson: sql<number>`count(*) filter (where ${cases.state} = 'needs-info')`.mapWith(Number),
        unverified: sql<number>`count(*) filter (where ${cases.verifiedAt} is null)`.mapWith(Number),
      })
      .from(cases)
      .where(inArray(cases.state, workable));
    return { ...firstOf(rows), calendarYearMissing };
  });
}

/**
 * A case with everything that was written. Staff says why, and the person sees who looked.
 * @throws `audit.reason_required`.
 */
export async function readCaseAsOfficer(ctx: Ctx, caseId: string): Promise<CaseFile> {
  authorize(ctx, 'privacy:work-cases');
  requireReason(ctx);
  return inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockCase(ctx, caseId);
    if (row === undefined) throw notFound();
    await recordStaffRead(ctx, { subjects: [{ id: row.subjectId, tenantId: null }], what: shown });
    return { row, steps: await readSteps(ctx, row.id) };
  });
}

const shown = [
  'privacy.cases.contact',
  'privacy.cases.name',
  'privacy.cases.relation',
  'privacy.cases.account',
  'privacy.cases.description',
  'privacy.case_steps.text',
  'privacy.case_steps.note',
];
