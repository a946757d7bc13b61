import { describe, expect, test } from 'vitest';
import {
  billingDate,
  billingMonth,
  bucketStarts,
  dayMs,
  formatLocalTime,
  formatRelative,
  formatTime,
  parseBillingDate,
  startOf,
} from './time.ts';

const newYear = Date.parse('2025-12-31T16:00:00Z');

describe('billing time', () => {
  test('an instant is shown on the clock of Asia/Shanghai', () => {
    expect(formatTime('2025-12-31T16:00:00Z')).toBe('2026-01-01 00:00');
    expect(formatTime('2025-12-31T15:59:59Z', 'second')).toBe('2025-12-31 23:59:59');
    expect(formatTime(newYear, 'day')).toBe('2026-01-01');
    expect(formatTime(newYear, 'month', 'zh-CN')).toBe('2026年1月');
  });

  test('the tooltip names the zone of the reader', () => {
    expect(formatLocalTime('2026-01-01T00:00:00Z', 'en', 'UTC')).toContain('UTC');
  });

  test('days and months begin at midnight in Shanghai', () => {
    expect(startOf('day', newYear - 1)).toBe(newYear - dayMs);
    expect(startOf('day', newYear)).toBe(newYear);
    expect(startOf('month', newYear + 12 * dayMs)).toBe(newYear);
    expect(startOf('hour', newYear + 61_000)).toBe(newYear);
    expect(billingDate(newYear - 1)).toBe('2025-12-31');
    expect(billingMonth(newYear)).toBe('2026-01');
  });

  test('a date that does not exist is refused', () => {
    expect(parseBillingDate('2026-01-01')).toBe(newYear);
    expect(parseBillingDate('2026-02-30')).toBeUndefined();
    expect(parseBillingDate('yesterday')).toBeUndefined();
  });

  test('buckets cover the range once each', () => {
    expect(bucketStarts('day', newYear + 5, newYear + 2 * dayMs)).toEqual([newYear, newYear + dayMs]);
    expect(bucketStarts('hour', newYear, newYear + dayMs)).toHaveLength(24);
  });

  test('near instants are relative, far ones are not', () => {
    expect(formatRelative(newYear - 120_000, newYear, 'en')).toBe('2 minutes ago');
    expect(formatRelative(newYear - 30 * dayMs, newYear, 'en')).toBeUndefined();
  });
});
