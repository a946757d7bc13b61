import { Temporal } from 'temporal-polyfill';
import { clockZone } from '../../kernel/clock-text.ts';

export const quotaPeriods = ['day', 'week', 'month'] as const;
/** After which the quotas of a key begin anew. */
export type QuotaPeriod = (typeof quotaPeriods)[number];

/** The periods an instant lies in begin at midnight of the clock that bills use; weeks begin on Monday. */
export function periodStarts(instant: Date): Readonly<Record<QuotaPeriod, Date>> {
  const day = Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(clockZone)
    .startOfDay();
  return {
    day: dateOf(day),
    week: dateOf(day.subtract({ days: day.dayOfWeek - 1 })),
    month: dateOf(day.with({ day: 1 })),
  };
}

/** The first instant of the next period. */
export function nextPeriodStart(instant: Date, period: QuotaPeriod): Date {
  const start = Temporal.Instant.fromEpochMilliseconds(
    periodStarts(instant)[period].getTime(),
  ).toZonedDateTimeISO(clockZone);
  return dateOf(start.add({ [`${period}s`]: 1 }));
}

function dateOf(time: Temporal.ZonedDateTime): Date {
  return new Date(time.epochMilliseconds);
}
