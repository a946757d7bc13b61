import type { UsageBucket } from '../../../shared/api/entities.ts';
import type { Series } from '../../../shared/charts/stacked-bars.tsx';
import { sumMicros } from '../../../shared/money.ts';
import { startOf } from '../../../shared/time.ts';

/** Money, or the name of a unit: everything that was used in it. */
export type Measure = 'charge' | (string & {});

/** Money first, then every unit the rows have. */
export function measuresOf(rows: readonly UsageBucket[]): Measure[] {
  return ['charge', ...new Set(rows.flatMap(({ meters }) => meters.map(({ unit }) => unit)))];
}

/** How much of a measure one row holds. For drawing; figures shown are summed as integers. */
export function measureOf(row: UsageBucket, measure: Measure): number {
  if (measure === 'charge') return row.chargeMicros;
  return row.meters.reduce((sum, { unit, quantity }) => sum + (unit === measure ? quantity : 0), 0);
}

/** One series per SKU, the largest first, with a value for every bucket. */
export function seriesBySku(
  rows: readonly UsageBucket[],
  bucketStarts: readonly number[],
  unit: 'hour' | 'day',
  measure: Measure,
): Series[] {
  const place = new Map(bucketStarts.map((start, index) => [start, index]));
  const valuesBySku = new Map<string, number[]>();
  for (const row of rows) {
    const index = place.get(startOf(unit, Date.parse(row.bucket)));
    if (index === undefined) continue;
    const values = valuesBySku.get(row.sku) ?? bucketStarts.map(() => 0);
    values[index] = (values[index] ?? 0) + measureOf(row, measure);
    valuesBySku.set(row.sku, values);
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return [...valuesBySku]
    .map(([sku, values]) => ({ key: sku, label: sku, values }))
    .sort((a, b) => total(b.values) - total(a.values));
}

export interface MeterTotal {
  quantity: number;
  estimatedQuantity: number;
}

export interface UsageTotal {
  key: string;
  byMeter: ReadonlyMap<string, MeterTotal>;
  chargeMicros: bigint;
}

/** Rows added up by whatever `keyOf` says, the most expensive first. */
export function totalsBy(rows: readonly UsageBucket[], keyOf: (row: UsageBucket) => string): UsageTotal[] {
  const rowsByKey = new Map<string, UsageBucket[]>();
  for (const row of rows) rowsByKey.set(keyOf(row), [...(rowsByKey.get(keyOf(row)) ?? []), row]);
  return [...rowsByKey]
    .map(([key, group]) => ({ key, ...totalOf(group) }))
    .sort((a, b) => Number(b.chargeMicros - a.chargeMicros));
}

export function totalOf(rows: readonly UsageBucket[]): Omit<UsageTotal, 'key'> {
  const byMeter = new Map<string, MeterTotal>();
  for (const { meter, quantity, estimatedQuantity } of rows.flatMap(({ meters }) => meters)) {
    const sum = byMeter.get(meter) ?? { quantity: 0, estimatedQuantity: 0 };
    byMeter.set(meter, {
      quantity: sum.quantity + quantity,
      estimatedQuantity: sum.estimatedQuantity + estimatedQuantity,
    });
  }
  return { byMeter, chargeMicros: sumMicros(rows.map((row) => row.chargeMicros)) };
}
