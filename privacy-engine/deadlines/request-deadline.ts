import { addWorkingDays, type DueDate } from './add-working-days.ts';
import { type CivilDate, civilDateInShanghai, yearOf } from './civil-date.ts';
import { pauseCalendar, type WorkingCalendar } from './working-calendar.ts';

/** How long an answer may take, in working days. A policy may promise less, never more than its strictest text. */
export interface ReplyTime {
  readonly fromReceiptDays: number;
  readonly fromVerificationDays: number;
}

/** Ten from receipt (CHIPL-8.5.a) and fifteen from verification (CHIPL-8.1.c). PIPL 50 asks for "timely" and no number. */
export const strictestReplyTime: ReplyTime = { fromReceiptDays: 10, fromVerificationDays: 15 };

/** What the person was asked for and has not answered yet; `until` is the present while the question is open. */
export interface OpenQuestion {
  readonly from: Date;
  readonly until: Date;
}

export interface TimedRequest {
  readonly receivedAt: Date;
  readonly verifiedAt: Date | null;
  /** Times of waiting for the person. They stop the clock from verification and never the one from receipt. */
  readonly questions?: readonly OpenQuestion[];
}

export interface RequestDeadline extends DueDate {
  /** The clock that decides; the other one is shown beside it. */
  readonly decidedBy: 'receipt' | 'verification';
  readonly fromReceipt: DueDate;
  /** `null` until the person is verified. */
  readonly fromVerification: DueDate | null;
}

/**
 * When a request of a person must be answered: two clocks, the earlier wins. Both start at instants of the server and
 * count days of Shanghai. A late verification starts its own clock and leaves the one from receipt where it is; so does
 * a question to the person, which pauses only the clock from verification.
 */
export function requestDeadline(
  request: TimedRequest,
  calendar: WorkingCalendar,
  replyTime: ReplyTime = strictestReplyTime,
): RequestDeadline {
  const { receivedAt, verifiedAt, questions = [] } = request;
  const fromReceipt = addWorkingDays(civilDateInShanghai(receivedAt), replyTime.fromReceiptDays, calendar);
  if (verifiedAt === null)
    return { ...fromReceipt, decidedBy: 'receipt', fromReceipt, fromVerification: null };
  const fromVerification = addWorkingDays(
    civilDateInShanghai(verifiedAt),
    replyTime.fromVerificationDays,
    pauseCalendar(
      calendar,
      questions.map(({ from, until }) => ({
        from: civilDateInShanghai(from),
        until: civilDateInShanghai(until),
      })),
    ),
  );
  if (fromVerification.due < fromReceipt.due) {
    return { ...fromVerification, decidedBy: 'verification', fromReceipt, fromVerification };
  }
  return { ...fromReceipt, decidedBy: 'receipt', fromReceipt, fromVerification };
}

/** The whole due day may be used; overdue begins at midnight in Shanghai. */
export function isOverdue(due: CivilDate, now: Date): boolean {
  return civilDateInShanghai(now) > due;
}

/**
 * The year whose notice should be known by now and is not, for an alert. The State Council publishes the next year's
 * in November, so its absence is a fault from 1 December on.
 */
export function missingNotice(calendar: WorkingCalendar, now: Date): number | null {
  const today = civilDateInShanghai(now);
  const year = yearOf(today);
  if (!calendar.hasYear(year)) return year;
  if (today.slice(5) >= '12-01' && !calendar.hasYear(year + 1)) return year + 1;
  return null;
}
