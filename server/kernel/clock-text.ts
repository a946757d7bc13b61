import type { LocalisedText } from '@candor/privacy-engine';

/** The clock of everything people read: letters, files and pages say the same time and name it. */
export const clockZone = 'Asia/Shanghai';
export const clockName: LocalisedText = { zh: '北京时间（UTC+8）', en: 'Beijing time (UTC+8)' };

// The Swedish order, 2026-07-05 09:30:00, is read the same everywhere.
const format = new Intl.DateTimeFormat('sv-SE', {
  timeZone: clockZone,
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `YYYY-MM-DD HH:mm:ss` on that clock. */
export function clockText(instant: Date): string {
  return format.format(instant);
}
