import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addWorkingDays } from './add-working-days.ts';
import { addDays, civilDateInShanghai, dayOfWeek, parseCivilDate } from './civil-date.ts';
import { calendarKnownIn, firstYear, lastYear } from './testing/known-calendar.ts';
import { chineseCalendar, createWorkingCalendar } from './working-calendar.ts';

/** Any day of the years with data, and for half a year after them. */
const anyDay = fc
  .integer({ min: 0, max: (lastYear - firstYear + 1) * 365 + 180 })
  .map((offset) => addDays(`${firstYear}-01-01`, offset));
const anyCount = fc.integer({ min: 0, max: 60 });

test('CHIPL-8.1.c ten working days skip a holiday and count the Sunday worked for it', () => {
  // Notice for 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
  expect(addWorkingDays('2026-09-17', 3, chineseCalendar)).toEqual({
    due: '2026-09-21',
    isProvisional: false,
  });
  expect(addWorkingDays('2026-09-30', 1, chineseCalendar)).toEqual({
    due: '2026-10-08',
    isProvisional: false,
  });
  expect(addWorkingDays('2026-09-30', 3, chineseCalendar)).toEqual({
    due: '2026-10-10',
    isProvisional: false,
  });
  expect(addWorkingDays('2026-09-21', 10, chineseCalendar)).toEqual({
    due: '2026-10-12',
    isProvisional: false,
  });
});

test('the start day is not counted, and no working day is no wait', () => {
  expect(addWorkingDays('2026-11-23', 1, chineseCalendar).due).toBe('2026-11-24');
  expect(addWorkingDays('2026-11-21', 1, chineseCalendar).due).toBe('2026-11-23');
  expect(addWorkingDays('2026-11-21', 0, chineseCalendar).due).toBe('2026-11-21');
});

test('a year without a published notice gives Monday to Friday minus three days, marked provisional', () => {
  const known = calendarKnownIn(2026);
  expect(addWorkingDays('2026-12-21', 10, known)).toEqual({ due: '2027-01-01', isProvisional: true });
  expect(addWorkingDays('2027-01-15', 10, known)).toEqual({ due: '2027-01-26', isProvisional: true });
  expect(addWorkingDays('2027-01-15', 15, known)).toEqual({ due: '2027-02-02', isProvisional: true });
});

test('a day more is never due earlier, where the settled days end within the count', () => {
  const known = calendarKnownIn(2026);
  expect(addWorkingDays('2026-12-14', 8, known)).toEqual({ due: '2026-12-24', isProvisional: false });
  // Less the worst lateness this would be the 21st.
  expect(addWorkingDays('2026-12-14', 9, known)).toEqual({ due: '2026-12-25', isProvisional: true });
});

test('the last week of December is provisional until the next notice is known', () => {
  const before = calendarKnownIn(2018);
  expect(addWorkingDays('2018-12-17', 5, before)).toEqual({ due: '2018-12-24', isProvisional: false });
  expect(addWorkingDays('2018-12-17', 6, before).isProvisional).toBe(true);
  expect(addWorkingDays('2018-12-24', 5, before).isProvisional).toBe(true);
  // The notice for 2019 made Saturday 29 December a working day: counting weeks would have promised the 31st.
  expect(addWorkingDays('2018-12-24', 5, chineseCalendar)).toEqual({
    due: '2018-12-29',
    isProvisional: false,
  });
  expect(addWorkingDays('2018-12-24', 5, before).due <= '2018-12-29').toBe(true);
});

test('a due date that is not provisional is a working day, with exactly that many between', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 1, max: 60 }), (start, count) => {
      const { due, isProvisional } = addWorkingDays(start, count, chineseCalendar);
      expect(due > start).toBe(true);
      if (isProvisional) return;
      expect(chineseCalendar.isWorkingDay(due)).toBe(true);
      let counted = 0;
      for (let date = addDays(start, 1); date <= due; date = addDays(date, 1)) {
        if (chineseCalendar.isWorkingDay(date)) counted += 1;
      }
      expect(counted).toBe(count);
    }),
  );
});

test('more working days are never due earlier, nor is a later start, also across the end of the data', () => {
  const nearTheEnd = fc.integer({ min: -60, max: 60 }).map((offset) => addDays(`${lastYear}-12-31`, offset));
  fc.assert(
    fc.property(
      fc.oneof(anyDay, nearTheEnd),
      fc.nat(30),
      anyCount,
      fc.nat(10),
      (start, delay, count, more) => {
        const due = (from: string, days: number) => addWorkingDays(from, days, chineseCalendar).due;
        expect(due(start, count + more) >= due(start, count)).toBe(true);
        expect(due(addDays(start, delay), count) >= due(start, count)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('nonsense is refused', () => {
  for (const count of [-1, 1.5, Number.NaN, Infinity]) {
    expect(() => addWorkingDays('2026-01-01', count, chineseCalendar)).toThrow(RangeError);
  }
  for (const date of ['2026-02-30', '2026-13-01', '2026-1-1', '2026-01-01T00:00:00Z', '+012026-01', '']) {
    expect(() => parseCivilDate(date)).toThrow(RangeError);
  }
  const day = ['2026-10-10'];
  expect(() => createWorkingCalendar({ 2026: { holidays: day, makeUpDays: day } })).toThrow(RangeError);
  expect(() => createWorkingCalendar({ 2025: { holidays: day, makeUpDays: [] } })).toThrow(RangeError);
});

test('the day is that of Shanghai, and weekdays are counted from Monday', () => {
  expect(civilDateInShanghai(new Date('2026-11-23T15:59:59.999Z'))).toBe('2026-11-23');
  expect(civilDateInShanghai(new Date('2026-11-23T16:00:00Z'))).toBe('2026-11-24');
  expect(dayOfWeek('2026-11-23')).toBe(1);
  expect(dayOfWeek('2026-11-22')).toBe(7);
});

test('the time zone of the host changes nothing', () => {
  const script = `
    import { addWorkingDays } from './add-working-days.ts';
    import { requestDeadline } from './request-deadline.ts';
    import { chineseCalendar } from './working-calendar.ts';
    const receivedAt = new Date('2026-09-29T16:30:00Z'); // already the 30th in Shanghai
    console.log(JSON.stringify([
      new Date(2026, 0, 1).toISOString(),
      addWorkingDays('2026-09-30', 1, chineseCalendar).due,
      requestDeadline({ receivedAt, verifiedAt: null }, chineseCalendar).due,
    ]));`;
  for (const [zone, midnight] of [
    ['America/New_York', '2026-01-01T05:00:00.000Z'],
    ['Asia/Shanghai', '2025-12-31T16:00:00.000Z'],
    ['Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
  ] as const) {
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { TZ: zone },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toEqual([midnight, '2026-10-08', '2026-10-20']);
  }
}, 60_000);
