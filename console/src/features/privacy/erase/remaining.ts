import type { ErasurePreview } from '../../../shared/api/entities.ts';

/** How many records are left from a day on. */
export interface Remaining {
  /** `today`, `erased`, or a day. */
  readonly from: string;
  readonly records: number;
}

/** What is left step by step: today, right after the erasure, and after each day on which a law lets some go. */
export function remainingAfter({ erased, held }: Pick<ErasurePreview, 'erased' | 'held'>): Remaining[] {
  const lastDayByTable = new Map<string, { day: string; rows: number }>();
  for (const { table, rows, until } of held) {
    const day = until.slice(0, 10);
    const known = lastDayByTable.get(table);
    if (known === undefined || known.day < day) lastDayByTable.set(table, { day, rows });
  }
  const kept = [...lastDayByTable.values()];
  const gone = erased
    .filter(({ table }) => !lastDayByTable.has(table))
    .reduce((sum, { rows }) => sum + rows, 0);
  let left = kept.reduce((sum, { rows }) => sum + rows, 0);
  const steps: Remaining[] = [
    { from: 'today', records: left + gone },
    { from: 'erased', records: left },
  ];
  for (const day of [...new Set(kept.map((one) => one.day))].toSorted()) {
    left -= kept.filter((one) => one.day === day).reduce((sum, { rows }) => sum + rows, 0);
    steps.push({ from: day, records: left });
  }
  return steps;
}
