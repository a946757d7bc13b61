import facts from './calendar.generated.json' with { type: 'json' };
import { type CivilDate, dayOfWeek, parseCivilDate, yearOf } from './civil-date.ts';

/** What the notices of the State Council say about the days of one year, weekends within a holiday included. */
export interface YearFacts {
  readonly holidays: readonly CivilDate[];
  /** Saturdays and Sundays that are worked to make up for a holiday. */
  readonly makeUpDays: readonly CivilDate[];
}

export interface WorkingCalendar {
  hasYear(year: number): boolean;
  /** In a year without published facts every Monday to Friday is taken for a working day. */
  isWorkingDay(date: CivilDate): boolean;
  /** Whether every notice that may still say something about this day is known. */
  isSettled(date: CivilDate): boolean;
}

/**
 * The notice for a year also moves days of the December before it: 29 December 2018 was worked and 31 December was
 * off by the notice for 2019. None has reached further back than the 29th since 2004; the 25th leaves room.
 */
const firstDayOfNextNotice = '12-25';

/**
 * A calendar from published facts.
 * @throws RangeError for a day listed under another year, or listed both as a holiday and as a make-up day.
 */
export function createWorkingCalendar(years: Readonly<Record<string, YearFacts>>): WorkingCalendar {
  const known = new Set(Object.keys(years).map(Number));
  const holidays = new Set<CivilDate>();
  const makeUpDays = new Set<CivilDate>();
  for (const [year, { holidays: off, makeUpDays: worked }] of Object.entries(years)) {
    for (const date of [...off, ...worked]) {
      if (yearOf(parseCivilDate(date)) !== Number(year))
        throw new RangeError(`${date} is listed under ${year}`);
    }
    for (const date of off) holidays.add(date);
    for (const date of worked) makeUpDays.add(date);
  }
  for (const date of makeUpDays) {
    if (holidays.has(date)) throw new RangeError(`${date} is both a holiday and a make-up day`);
  }
  return {
    hasYear: (year) => known.has(year),
    isWorkingDay: (date) => makeUpDays.has(date) || (dayOfWeek(date) <= 5 && !holidays.has(date)),
    isSettled: (date) =>
      known.has(yearOf(date)) && (date.slice(5) < firstDayOfNextNotice || known.has(yearOf(date) + 1)),
  };
}

/** Days on which a clock stands still: the day after `from` is the first one, `until` the last. */
export interface Pause {
  readonly from: CivilDate;
  readonly until: CivilDate;
}

/** The same calendar for a clock that is paused at times. What is known about a day does not change by that. */
export function pauseCalendar(calendar: WorkingCalendar, pauses: readonly Pause[]): WorkingCalendar {
  const isPaused = (date: CivilDate) => pauses.some(({ from, until }) => date > from && date <= until);
  return { ...calendar, isWorkingDay: (date) => !isPaused(date) && calendar.isWorkingDay(date) };
}

/** Mainland China, as far as notices were published when the data was written (see README.md). */
export const chineseCalendar: WorkingCalendar = createWorkingCalendar(facts.years);
