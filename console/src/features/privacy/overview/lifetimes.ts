import { dayMs } from '../../../shared/time.ts';

/** How long one table's rows still stay: the oldest goes at `firstAt`, the newest at `lastAt`, null when no date is set. */
export interface Lifetime {
  readonly key: string;
  readonly title: string;
  readonly count: number;
  readonly colorIndex: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** "six months after the record is made": the rule in words. */
  readonly rule: string;
}

const tickDays = [1, 7, 30, 182, 365, 1095, 3650, 10_950] as const;
export type TickDays = (typeof tickDays)[number];

/** Days until everything with a date has gone, rounded up to a tick; at least half a year, so that a week looks short. */
export function horizonDays(lifetimes: readonly Lifetime[], now: number): number {
  const furthest = Math.max(182, ...lifetimes.map(({ lastAt }) => ((lastAt ?? now) - now) / dayMs));
  return tickDays.find((days) => days >= furthest) ?? Math.ceil(furthest);
}

/** Share of the width for an instant: near times take more room than far ones, as they matter more. */
export function positionOf(at: number, now: number, horizon: number): number {
  const days = Math.max(0, (at - now) / dayMs);
  return Math.min(1, Math.log1p(days / 3) / Math.log1p(horizon / 3));
}

/** The ticks that fit without touching: always the last, and each before it that is far enough to the left. */
export function ticksFor(horizon: number, widthPx: number, labelPx: number): TickDays[] {
  const shown: TickDays[] = [];
  let rightPx = Number.POSITIVE_INFINITY;
  for (const days of tickDays.filter((one) => one <= horizon).toReversed()) {
    const px = positionOf(days * dayMs, 0, horizon) * widthPx;
    if (px < labelPx || rightPx - px < labelPx) continue;
    rightPx = px;
    shown.unshift(days);
  }
  return shown;
}
