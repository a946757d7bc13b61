import { dayMs, hourMs, parseBillingDate, startOf } from '../../../shared/time.ts';

export const units = ['hour', 'day'] as const;

export const presets = ['24h', '7d', '14d', '30d', 'month', 'custom'] as const;
export type RangePreset = (typeof presets)[number];

export interface UsageRange {
  fromMs: number;
  toMs: number;
  /** Too long to be asked for hour by hour. */
  isLong: boolean;
}

/** The longest range the server sums by the hour. */
const longMs = 7 * dayMs;

function range(fromMs: number, toMs: number): UsageRange {
  return { fromMs, toMs, isLong: toMs - fromMs > longMs };
}

/** Whole billing hours or days up to the end of the present one. Dates chosen wrongly fall back to two weeks. */
export function rangeOf(preset: RangePreset, now: number, dates: { from: string; to: string }): UsageRange {
  const endOfToday = startOf('day', now) + dayMs;
  switch (preset) {
    case '24h': {
      const endOfHour = startOf('hour', now) + hourMs;
      return range(endOfHour - dayMs, endOfHour);
    }
    case '7d':
      return range(endOfToday - 7 * dayMs, endOfToday);
    case '14d':
      return range(endOfToday - 14 * dayMs, endOfToday);
    case '30d':
      return range(endOfToday - 30 * dayMs, endOfToday);
    case 'month':
      return range(startOf('month', now), endOfToday);
    case 'custom': {
      const fromMs = parseBillingDate(dates.from);
      const lastMs = parseBillingDate(dates.to);
      const isOrdered = fromMs !== undefined && lastMs !== undefined && fromMs <= lastMs;
      return isOrdered ? range(fromMs, lastMs + dayMs) : range(endOfToday - 14 * dayMs, endOfToday);
    }
  }
}
