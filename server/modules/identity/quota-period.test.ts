import { expect, test } from 'vitest';
import { countedIn, nextPeriodStart, periodStarts } from './quota-period.ts';

test('days, weeks and months of quotas begin at midnight of UTC+8, weeks on Monday', () => {
  // Sunday, one second before Monday in Beijing.
  const sunday = new Date('2026-11-01T15:59:59Z');
  expect(periodStarts(sunday)).toEqual({
    day: new Date('2026-10-31T16:00:00Z'),
    week: new Date('2026-10-25T16:00:00Z'),
    month: new Date('2026-10-31T16:00:00Z'),
  });
  const monday = new Date('2026-11-01T16:00:00Z');
  for (const period of ['day', 'week'] as const) {
    expect(periodStarts(monday)[period]).toEqual(monday);
    expect(nextPeriodStart(sunday, period)).toEqual(monday);
  }
  expect(nextPeriodStart(new Date('2026-12-31T12:00:00Z'), 'month')).toEqual(
    new Date('2026-12-31T16:00:00Z'),
  );
});

test('what counts is what was used since the period began; a quota without a period counts all of it', () => {
  const key = {
    tokensUsed: 100n,
    spentMicros: 1000n,
    tokensBefore: 60n,
    spentBeforeMicros: 400n,
    periodFrom: new Date('2026-10-31T16:00:00Z'),
  };
  const instant = new Date('2026-11-02T00:00:00Z');
  expect(countedIn({ ...key, quotaPeriod: 'month' }, instant)).toEqual({
    tokensUsed: 40n,
    spentMicros: 600n,
    turned: {},
  });
  expect(countedIn({ ...key, quotaPeriod: null }, instant)).toEqual({
    tokensUsed: 100n,
    spentMicros: 1000n,
    turned: {},
  });
  const turned = { tokensBefore: 100n, spentBeforeMicros: 1000n };
  expect(countedIn({ ...key, quotaPeriod: 'day' }, instant)).toEqual({
    tokensUsed: 0n,
    spentMicros: 0n,
    turned: { ...turned, periodFrom: new Date('2026-11-01T16:00:00Z') },
  });
});
