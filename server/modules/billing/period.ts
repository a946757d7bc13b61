import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import { clockZone } from '../../kernel/clock-text.ts';

/** The only place that knows the days and months of bills, which are those of the clock people read (RT-2). */
const billingZone = clockZone;

export interface Period {
  readonly from: Date;
  /** First instant that no longer belongs to it. */
  readonly until: Date;
}

/** Rows that are booked together lie in one hour or two, and time zones are slow to ask. */
let lastHour: Period | null = null;

/** The clock hour an instant lies in. */
export function hourOf(instant: Date): Period {
  if (lastHour === null || instant < lastHour.from || instant >= lastHour.until) lastHour = findHour(instant);
  return lastHour;
}

function findHour(instant: Date): Period {
  const start = inZone(instant).round({ smallestUnit: 'hour', roundingMode: 'floor' });
  return { from: asDate(start), until: asDate(start.add({ hours: 1 })) };
}

/** Midnight of the billing zone before an instant. */
export function startOfDay(instant: Date): Date {
  return asDate(inZone(instant).startOfDay());
}

/** The billing month of an instant: `2026-11`. */
export function monthOf(instant: Date): string {
  return inZone(instant).toPlainDate().toPlainYearMonth().toString();
}

/** First and last instant of a billing month like `2026-11`. */
export function periodOfMonth(month: string): Period {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return {
    from: asDate(first.toZonedDateTime(billingZone)),
    until: asDate(first.add({ months: 1 }).toZonedDateTime(billingZone)),
  };
}

/** The billing month before another: `2026-10` for `2026-11`. */
export function monthBefore(month: string): string {
  return Temporal.PlainYearMonth.from(month).subtract({ months: 1 }).toString();
}

/** SQL that truncates an instant to the hour or day of the billing zone. */
export function bucketSql(unit: 'hour' | 'day', instant: SQLWrapper): SQL<Date> {
  return sql<Date>`date_trunc(${sql.raw(`'${unit}'`)}, ${instant}, ${sql.raw(`'${billingZone}'`)})`.mapWith(
    asDateFromSql,
  );
}

function inZone(instant: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(billingZone);
}

function asDate(moment: Temporal.ZonedDateTime): Date {
  return new Date(moment.epochMilliseconds);
}

function asDateFromSql(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}
