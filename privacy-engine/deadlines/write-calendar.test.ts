import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import facts from './calendar.generated.json' with { type: 'json' };
import { addDays } from './civil-date.ts';
import { chineseCalendar } from './working-calendar.ts';
import {
  calendarFile,
  factsOfChineseDays,
  findDifferences,
  findFactsOfHolidayCalendar,
  findProblems,
  writeCalendar,
  yearsToCompare,
} from './write-calendar.ts';

/** From the text of the notice for 2026, 4 November 2025: first and last day off, then the days worked for it. */
const noticeFor2026 = {
  holidays: [
    ['2026-01-01', '2026-01-03'],
    ['2026-02-15', '2026-02-23'],
    ['2026-04-04', '2026-04-06'],
    ['2026-05-01', '2026-05-05'],
    ['2026-06-19', '2026-06-21'],
    ['2026-09-25', '2026-09-27'],
    ['2026-10-01', '2026-10-07'],
  ] as const,
  makeUpDays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
};

test('the vendored calendar is what its source says, and says the same as the other data set', () => {
  expect(facts).toEqual(factsOfChineseDays());
  expect(yearsToCompare(facts)).toHaveLength(2);
  expect(findProblems(facts)).toEqual([]);
});

test('the vendored year 2026 is the notice of the State Council', () => {
  const holidays = noticeFor2026.holidays.flatMap(([first, last]) => {
    const days: string[] = [];
    for (let date: string = first; date <= last; date = addDays(date, 1)) days.push(date);
    return days;
  });
  expect(facts.years['2026']).toEqual({ holidays, makeUpDays: noticeFor2026.makeUpDays });
});

test('a new disagreement between the data sets is found, old ones stay known', () => {
  const { holidays, makeUpDays } = facts.years['2026'];
  const changed = { holidays: holidays.slice(1), makeUpDays: makeUpDays.slice(1) };
  expect(findDifferences('2026', changed, { holidays, makeUpDays })).toEqual(['2026-01-01', '2026-01-04']);
  expect(findProblems({ ...facts, years: { ...facts.years, 2026: changed } })).toHaveLength(2);
  expect(findProblems({ ...facts, years: { ...facts.years, 2999: changed } })).toEqual([
    'holiday-calendar has no 2999',
  ]);
  const theirs = findFactsOfHolidayCalendar('2018');
  expect(theirs && findDifferences('2018', facts.years['2018'], theirs)).toContain('2018-12-29');
});

test('the calendar is written as it is kept, and not at all where the data sets disagree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candor-calendar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'calendar.json');
  writeCalendar(file, factsOfChineseDays());
  const kept = readFileSync(calendarFile, 'utf8');
  expect(readFileSync(file, 'utf8')).toBe(kept);
  const years = { ...facts.years, 2999: { holidays: [], makeUpDays: [] } };
  expect(() => writeCalendar(file, { ...facts, years })).toThrow('holiday-calendar has no 2999');
  expect(readFileSync(file, 'utf8')).toBe(kept);
});

test('a day that a notice moved in the December before it is kept', () => {
  expect(chineseCalendar.isWorkingDay('2018-12-29')).toBe(true);
  expect(chineseCalendar.isWorkingDay('2018-12-31')).toBe(false);
});
