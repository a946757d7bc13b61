import { addDays, type CivilDate } from './civil-date.ts';
import type { WorkingCalendar } from './working-calendar.ts';

export interface DueDate {
  readonly due: CivilDate;
  /** A notice that may move this date is not published yet. The date can only move later when it is. */
  readonly isProvisional: boolean;
}

/**
 * By how many days counting Monday to Friday has at worst promised too late, 2004 to 2026: three for whole weeks (ten
 * and fifteen working days among them), four for other counts, because the rest of a week may span a weekend that is
 * worked. `every-published-year.test.ts` measures it again with every new year.
 */
function worstLatenessDays(count: number): number {
  return count % 5 === 0 ? 3 : 4;
}

/**
 * The day that is `count` working days after `start`. The start day is not counted (Civil Code art. 201).
 *
 * Where the calendar is not settled it counts Monday to Friday, takes off the worst lateness and says that the result
 * is provisional. What has been counted on settled days is certain, and each working day to come takes at least a
 * day: that bound keeps the result from going back in time, and so monotone, where the settled days end.
 * @throws RangeError for a count that is negative or no integer.
 */
export function addWorkingDays(start: CivilDate, count: number, calendar: WorkingCalendar): DueDate {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`${count} is not a number of working days`);
  let date = start;
  let isProvisional = false;
  let earliest = addDays(start, count);
  for (let remaining = count; remaining > 0;) {
    date = addDays(date, 1);
    if (!calendar.isSettled(date)) isProvisional = true;
    if (!calendar.isWorkingDay(date)) continue;
    remaining -= 1;
    if (!isProvisional) earliest = addDays(date, remaining);
  }
  const cautious = addDays(date, -worstLatenessDays(count));
  return { due: cautious > earliest ? cautious : earliest, isProvisional };
}

/**
 * Working days after `from` up to and with `to`, as the calendar knows them now: how many are left. Negative where
 * `to` has passed: how many are too many.
 */
export function workingDaysBetween(from: CivilDate, to: CivilDate, calendar: WorkingCalendar): number {
  if (to < from) return -workingDaysBetween(to, from, calendar);
  let count = 0;
  for (let date = from; date < to;) {
    date = addDays(date, 1);
    if (calendar.isWorkingDay(date)) count += 1;
  }
  return count;
}
