import {
  chineseCalendar,
  type CivilDate,
  civilDateInShanghai,
  isOverdue,
  type OpenQuestion,
  type ReplyTime,
  requestDeadline,
  type RequestDeadline,
  strictestReplyTime,
  type WorkingCalendar,
  workingDaysBetween,
} from '@candor/privacy-engine';
import type { CaseType } from './request-kinds.ts';
import { type CaseState, isFinal } from './states.ts';

/** A complaint has one term, ten working days, on both clocks (CHIPL-13.a). */
const complaintReplyTime: ReplyTime = { fromReceiptDays: 10, fromVerificationDays: 10 };

export interface CaseTimes {
  readonly type: CaseType;
  readonly receivedAt: Date;
  readonly verifiedAt: Date | null;
  readonly questions: readonly OpenQuestion[];
}

/** When a case must be answered, by the calendar as it is known now. */
export function caseDeadline(times: CaseTimes, calendar: WorkingCalendar = chineseCalendar): RequestDeadline {
  return requestDeadline(
    times,
    calendar,
    times.type === 'complaint' ? complaintReplyTime : strictestReplyTime,
  );
}

interface Step {
  readonly at: Date;
  readonly toState: CaseState | null;
}

/** The times of waiting for the person, from the steps of a case in their order. */
export function questionsOf(steps: readonly Step[], now: Date): OpenQuestion[] {
  const found: OpenQuestion[] = [];
  let askedAt: Date | null = null;
  for (const { at, toState } of steps) {
    if (toState === null) continue;
    if (toState === 'needs-info') askedAt ??= at;
    else if (askedAt !== null) {
      found.push({ from: askedAt, until: at });
      askedAt = null;
    }
  }
  return askedAt === null ? found : [...found, { from: askedAt, until: now }];
}

export interface CaseClocks {
  readonly dueOn: CivilDate;
  readonly isProvisional: boolean;
  readonly isOverdue: boolean;
  /** Working days until the due day, negative by as many as it has passed; null when the case is over. */
  readonly workingDaysLeft: number | null;
}

/** What a person and an officer see of the term. It is judged when it is asked for, so no job can hide a delay. */
export function readClocks(
  row: {
    readonly state: CaseState;
    readonly dueOn: string;
    readonly isProvisional: boolean;
    readonly closedAt: Date | null;
  },
  now: Date,
  calendar: WorkingCalendar = chineseCalendar,
): CaseClocks {
  const { dueOn, isProvisional } = row;
  const isOver = isFinal(row.state);
  return {
    dueOn,
    isProvisional: isProvisional && !isOver,
    isOverdue: isOverdue(dueOn, isOver ? (row.closedAt ?? now) : now),
    workingDaysLeft: isOver ? null : workingDaysBetween(civilDateInShanghai(now), dueOn, calendar),
  };
}
