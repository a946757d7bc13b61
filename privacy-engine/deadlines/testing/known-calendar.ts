import facts from '../calendar.generated.json' with { type: 'json' };
import { createWorkingCalendar, type YearFacts } from '../working-calendar.ts';

const published: Readonly<Record<string, YearFacts>> = facts.years;
export const firstYear = Math.min(...Object.keys(published).map(Number));
export const lastYear = Math.max(...Object.keys(published).map(Number));

/** What was known before the notice for the year after `year` came, with nothing it says about December. */
export function calendarKnownIn(year: number) {
  const isKnown = (date: string) => date < `${year}-12-25`;
  return createWorkingCalendar(
    Object.fromEntries(
      Object.entries(published)
        .filter(([known]) => Number(known) <= year)
        .map(([known, days]) => [
          known,
          { holidays: days.holidays.filter(isKnown), makeUpDays: days.makeUpDays.filter(isKnown) },
        ]),
    ),
  );
}
