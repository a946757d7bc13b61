import { expect, test } from 'vitest';
import { addWorkingDays } from './add-working-days.ts';
import { addDays } from './civil-date.ts';
import { calendarKnownIn, firstYear, lastYear } from './testing/known-calendar.ts';
import { chineseCalendar } from './working-calendar.ts';

test('a provisional date never promises more than the notice later allows, in any published year', () => {
  const tooLate: string[] = [];
  let provisional = 0;
  for (let year = firstYear; year < lastYear; year += 1) {
    const known = calendarKnownIn(year);
    for (let start = `${year}-11-15`; start < `${year + 1}-11-15`; start = addDays(start, 1)) {
      for (const count of [7, 10]) {
        const before = addWorkingDays(start, count, known);
        const after = addWorkingDays(start, count, chineseCalendar);
        if (before.isProvisional) provisional += 1;
        if (after.isProvisional || before.due > after.due) tooLate.push(`${start} +${count}`);
      }
    }
  }
  expect(provisional).toBeGreaterThan(10_000);
  expect(tooLate).toEqual([]);
}, 30_000);
