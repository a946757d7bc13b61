/** A day of the civil calendar as `YYYY-MM-DD`: no time, no zone. Compares and sorts as text. */
export type CivilDate = string;

const dayMs = 86_400_000;

/** Built once: it is the only thing here that knows a time zone, and it asks for it by name, never for the host's. */
const shanghaiFormat = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day it is in Shanghai at an instant, wherever the server stands. */
export function civilDateInShanghai(instant: Date): CivilDate {
  const parts = shanghaiFormat.formatToParts(instant);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return parseCivilDate(`${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`);
}

/** @throws RangeError for text that is no day of the calendar, `2026-02-30` included. */
export function parseCivilDate(text: string): CivilDate {
  startOfDayMs(text);
  return text;
}

/** The day `days` later, or earlier when negative. */
export function addDays(date: CivilDate, days: number): CivilDate {
  return new Date(startOfDayMs(date) + days * dayMs).toISOString().slice(0, 10);
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export function dayOfWeek(date: CivilDate): number {
  return new Date(startOfDayMs(date)).getUTCDay() || 7;
}

export function yearOf(date: CivilDate): number {
  return Number(date.slice(0, 4));
}

/** UTC serves as a calendar without daylight saving, so that a day is always 24 hours. */
function startOfDayMs(date: CivilDate): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // Date.parse rolls 30 February over into March, so the way back must give the same text.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) {
    throw new RangeError(`"${date}" is not a day of the calendar`);
  }
  return ms;
}
