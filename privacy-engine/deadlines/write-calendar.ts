import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { addDays, type CivilDate } from './civil-date.ts';
import { createWorkingCalendar, type WorkingCalendar, type YearFacts } from './working-calendar.ts';

/**
 * `calendar.generated.json` is written from the data (never the functions) of the npm package `chinese-days`, which keeps
 * the days a notice moves in the year before it. `holiday-calendar` must agree on the newest two years, or nothing is
 * written; it is known to miss make-up days announced in the next year's notice before 2019.
 *
 * After the State Council's notice (November): `npm update -w privacy-engine chinese-days holiday-calendar`, then
 * `npx tsx privacy-engine/deadlines/write-calendar.ts`.
 */
export const calendarFile = fileURLToPath(new URL('calendar.generated.json', import.meta.url));

export interface CalendarFacts {
  readonly source: string;
  readonly years: Readonly<Record<string, YearFacts>>;
}

type ChineseDays = Readonly<Record<'holidays' | 'workdays', Readonly<Record<CivilDate, string>>>>;
interface HolidayCalendarYear {
  readonly dates: readonly { readonly date: CivilDate; readonly type: string }[];
}

const require = createRequire(import.meta.url);

/** The facts as `chinese-days` has them. */
export function factsOfChineseDays(): CalendarFacts {
  const data = readJson(require.resolve('chinese-days/dist/chinese-days.json')) as ChineseDays;
  const { version } = readJson(require.resolve('chinese-days/package.json')) as { version: string };
  const daysOf = (year: string, days: Readonly<Record<CivilDate, string>>) =>
    Object.keys(days)
      .filter((date) => date.startsWith(year))
      .sort();
  const years = [...new Set(Object.keys(data.holidays).map((date) => date.slice(0, 4)))].sort();
  return {
    source: `Holiday notices of the General Office of the State Council, as collected by chinese-days ${version} (MIT)`,
    years: Object.fromEntries(
      years.map((year) => [
        year,
        { holidays: daysOf(year, data.holidays), makeUpDays: daysOf(year, data.workdays) },
      ]),
    ),
  };
}

/** The same year as `holiday-calendar` has it, or `undefined` where it has none. */
export function findFactsOfHolidayCalendar(year: string): YearFacts | undefined {
  const file = join(dirname(require.resolve('holiday-calendar/package.json')), 'data', 'CN', `${year}.json`);
  if (!existsSync(file)) return undefined;
  const { dates } = readJson(file) as HolidayCalendarYear;
  const daysOf = (type: string) => dates.filter((day) => day.type === type).map((day) => day.date);
  return { holidays: daysOf('public_holiday'), makeUpDays: daysOf('transfer_workday') };
}

/** Days of a year that are worked by one of two sets of facts and not by the other. */
export function findDifferences(year: string, one: YearFacts, other: YearFacts): CivilDate[] {
  const calendars: WorkingCalendar[] = [one, other].map((facts) => createWorkingCalendar({ [year]: facts }));
  const differences: CivilDate[] = [];
  for (let date = `${year}-01-01`; date.startsWith(year); date = addDays(date, 1)) {
    if (new Set(calendars.map((calendar) => calendar.isWorkingDay(date))).size > 1) differences.push(date);
  }
  return differences;
}

/** The newest year and the one before: old quarrels are settled, a new one must stop the update. */
export function yearsToCompare(facts: CalendarFacts): string[] {
  return Object.keys(facts.years).sort().slice(-2);
}

/** Every reason not to trust the facts, in words. */
export function findProblems(facts: CalendarFacts): string[] {
  return yearsToCompare(facts).flatMap((year) => {
    const ours = facts.years[year];
    const theirs = findFactsOfHolidayCalendar(year);
    if (ours === undefined || theirs === undefined) return [`holiday-calendar has no ${year}`];
    const differences = findDifferences(year, ours, theirs);
    return differences.map((date) => `chinese-days and holiday-calendar disagree on ${date}`);
  });
}

/**
 * @throws Error with every reason not to trust the facts; the file stays as it is then.
 */
export function writeCalendar(file: string, facts: CalendarFacts): void {
  const problems = findProblems(facts);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  writeFileSync(file, `${JSON.stringify(facts, null, 1)}\n`);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeCalendar(calendarFile, factsOfChineseDays());
}
