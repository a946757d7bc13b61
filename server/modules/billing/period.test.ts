import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockText } from '../../kernel/clock-text.ts';
import { hourOf, monthBefore, monthOf, periodOfMonth } from './period.ts';

const instant = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2060-01-01T00:00:00Z'),
  noInvalidDate: true,
});

test('RT-2 a month begins at midnight in Shanghai, sixteen hours into the UTC day before', () => {
  expect(monthOf(new Date('2026-10-31T15:59:59.999Z'))).toBe('2026-10');
  expect(monthOf(new Date('2026-10-31T16:00:00.000Z'))).toBe('2026-11');
  expect(periodOfMonth('2026-11')).toEqual({
    from: new Date('2026-10-31T16:00:00Z'),
    until: new Date('2026-11-30T16:00:00Z'),
  });
  expect([monthBefore('2026-11'), monthBefore('2027-01')]).toEqual(['2026-10', '2026-12']);
  expect(hourOf(new Date('2026-10-31T15:59:59.999Z'))).toEqual({
    from: new Date('2026-10-31T15:00:00Z'),
    until: new Date('2026-10-31T16:00:00Z'),
  });
  expect(clockText(new Date('2026-10-31T16:00:00Z'))).toBe('2026-11-01 00:00:00');
});

test('RT-2 every instant lies in exactly one month, and months follow each other without a gap', () => {
  fc.assert(
    fc.property(instant, (at) => {
      const month = periodOfMonth(monthOf(at));
      expect(month.from <= at && at < month.until).toBe(true);
      expect(monthOf(month.until)).not.toBe(monthOf(at));
      expect(periodOfMonth(monthOf(month.until)).from).toEqual(month.until);
    }),
  );
});

test('an instant lies in its clock hour, and no hour crosses a month', () => {
  fc.assert(
    fc.property(instant, (at) => {
      const hour = hourOf(at);
      expect(hour.from <= at && at < hour.until).toBe(true);
      expect(hour.until.getTime() - hour.from.getTime()).toBe(3_600_000);
      expect(monthOf(hour.from)).toBe(monthOf(new Date(hour.until.getTime() - 1)));
    }),
  );
});
