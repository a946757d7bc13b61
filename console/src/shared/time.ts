import { billingZone } from './billing-zone.ts';

const billingOffsetMs = 8 * 3_600_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export type TimePrecision = 'minute' | 'second' | 'day' | 'hour' | 'month';

const partsByPrecision: Record<TimePrecision, Intl.DateTimeFormatOptions> = {
  month: { year: 'numeric', month: 'long' },
  day: { year: 'numeric', month: '2-digit', day: '2-digit' },
  hour: { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  minute: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  second: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
};

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(locale: string, precision: TimePrecision, zone: string): Intl.DateTimeFormat {
  const key = `${locale}|${precision}|${zone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  // English dates are written day-first or month-first by country; the Swedish order (2026-07-05) is read the same everywhere.
  const formatLocale = precision === 'month' ? locale : 'sv-SE';
  const created = new Intl.DateTimeFormat(formatLocale, { ...partsByPrecision[precision], timeZone: zone });
  formatters.set(key, created);
  return created;
}

/** An instant as the billing zone's wall clock shows it. */
export function formatTime(
  at: string | number | Date,
  precision: TimePrecision = 'minute',
  locale = 'zh-CN',
): string {
  return formatterOf(locale, precision, billingZone).format(new Date(at));
}

/** The same instant on the reader's own clock with the name of their zone, for the tooltip. */
export function formatLocalTime(at: string | number | Date, locale: string, zone?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone: zone }).format(
    new Date(at),
  );
}

/** Start of the billing-zone hour, day or month that holds `at`, in milliseconds. */
export function startOf(unit: 'hour' | 'day' | 'month', at: number): number {
  const wall = at + billingOffsetMs;
  if (unit === 'hour') return wall - (wall % hourMs) - billingOffsetMs;
  if (unit === 'day') return wall - (wall % dayMs) - billingOffsetMs;
  const date = new Date(wall);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) - billingOffsetMs;
}

/** `YYYY-MM-DD` of the billing zone. */
export function billingDate(at: number): string {
  return new Date(at + billingOffsetMs).toISOString().slice(0, 10);
}

/** `YYYY-MM` of the billing zone. */
export function billingMonth(at: number): string {
  return billingDate(at).slice(0, 7);
}

/** Start of a `YYYY-MM-DD` billing day, in milliseconds; undefined when the text is no date. */
export function parseBillingDate(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const at = Date.parse(`${date}T00:00:00+08:00`);
  return Number.isNaN(at) || billingDate(at) !== date ? undefined : at;
}

/** Starts of every hour or day from `from` (inclusive) to `to` (exclusive). */
export function bucketStarts(unit: 'hour' | 'day', from: number, to: number): number[] {
  const stepMs = unit === 'hour' ? hourMs : dayMs;
  const starts: number[] = [];
  for (let at = startOf(unit, from); at < to; at += stepMs) starts.push(at);
  return starts;
}

export type RelativeUnit = 'second' | 'minute' | 'hour' | 'day';

/** A short “3 minutes ago”; undefined when the instant is further than a week away and a date says more. */
export function formatRelative(at: string | number, now: number, locale: string): string | undefined {
  // What has just happened may be ahead of a clock that ticks slowly; only clearly future instants are “in …”.
  const aheadMs = new Date(at).getTime() - now;
  const deltaMs = aheadMs > 0 && aheadMs < 60_000 ? 0 : aheadMs;
  const absolute = Math.abs(deltaMs);
  if (absolute >= 7 * dayMs) return undefined;
  const [unit, unitMs]: [RelativeUnit, number] =
    absolute < 60_000
      ? ['second', 1_000]
      : absolute < hourMs
        ? ['minute', 60_000]
        : absolute < dayMs
          ? ['hour', hourMs]
          : ['day', dayMs];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(deltaMs / unitMs), unit);
}
