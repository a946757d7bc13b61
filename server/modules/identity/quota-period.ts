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

export interface QuotaCount {
  readonly quotaPeriod: QuotaPeriod | null;
  /** Since the key was made. */
  readonly tokensUsed: bigint;
  readonly spentMicros: bigint;
  /** Of these, what was used before `periodFrom`. */
  readonly tokensBefore: bigint;
  readonly spentBeforeMicros: bigint;
  readonly periodFrom: Date | null;
}

export interface CountedUse {
  readonly tokensUsed: bigint;
  readonly spentMicros: bigint;
  /** What to write down when a period has begun since the last count. */
  readonly turned: Partial<Pick<QuotaCount, 'tokensBefore' | 'spentBeforeMicros' | 'periodFrom'>>;
}

/** What counts against the quotas of a key at an instant: of its period, or of all time where there is none. */
export function countedIn(key: QuotaCount, instant: Date): CountedUse {
  const { quotaPeriod, tokensUsed, spentMicros, periodFrom } = key;
  if (quotaPeriod === null) return { tokensUsed, spentMicros, turned: {} };
  const from = periodStarts(instant)[quotaPeriod];
  if (periodFrom === null || periodFrom < from) {
    const turned = { tokensBefore: tokensUsed, spentBeforeMicros: spentMicros, periodFrom: from };
    return { tokensUsed: 0n, spentMicros: 0n, turned };
  }
  return {
    tokensUsed: tokensUsed - key.tokensBefore,
    spentMicros: spentMicros - key.spentBeforeMicros,
    turned: {},
  };
}

function dateOf(time: Temporal.ZonedDateTime): Date {
  return new Date(time.epochMilliseconds);
}
