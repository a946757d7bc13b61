import { expect, test } from 'vitest';
import { dayMs } from '../../../shared/time.ts';
import { rangeOf } from './usage-range.ts';

const now = Date.parse('2026-03-05T13:20:00+08:00');
const noDates = { from: '', to: '' };

test('ranges end with the present hour or day', () => {
  expect(new Date(rangeOf('24h', now, noDates).toMs).toISOString()).toBe('2026-03-05T06:00:00.000Z');
  expect(new Date(rangeOf('7d', now, noDates).toMs).toISOString()).toBe('2026-03-05T16:00:00.000Z');
  expect(new Date(rangeOf('month', now, noDates).fromMs).toISOString()).toBe('2026-02-28T16:00:00.000Z');
});

test('chosen dates are both included', () => {
  const { fromMs, toMs, isLong } = rangeOf('custom', now, { from: '2026-03-01', to: '2026-03-02' });
  expect(toMs - fromMs).toBe(2 * dayMs);
  expect(isLong).toBe(false);
});

test('dates in the wrong order show two weeks', () => {
  const { fromMs, toMs, isLong } = rangeOf('custom', now, { from: '2026-03-02', to: '2026-03-01' });
  expect(toMs - fromMs).toBe(14 * dayMs);
  expect(isLong).toBe(true);
});

test('a week can be drawn by the hour, a day more cannot', () => {
  expect(rangeOf('7d', now, noDates).isLong).toBe(false);
  expect(rangeOf('custom', now, { from: '2026-03-01', to: '2026-03-07' }).isLong).toBe(false);
  expect(rangeOf('custom', now, { from: '2026-03-01', to: '2026-03-08' }).isLong).toBe(true);
});
