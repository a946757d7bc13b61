import type { UsageBucket } from '../../../shared/api/entities.ts';
import type { Series } from '../../../shared/charts/stacked-bars.tsx';
import { sumMicros } from '../../../shared/money.ts';
import { startOf } from '../../../shared/time.ts';

export const measures = ['charge', 'tokens', 'requests'] as const;
export type Measure = (typeof measures)[number];

/** How much of a measure one row holds. For drawing; figures shown are summed as integers. */
export function measureOf(row: UsageBucket, measure: Measure): number {
  switch (measure) {
    case 'charge':
      return row.chargeMicros;
    case 'tokens':
      return row.inputTokens + row.outputTokens;
    case 'requests':
      return row.requests;
  }
}

/** One series per model, the largest first, with a value for every bucket. */
export function seriesByModel(
  rows: readonly UsageBucket[],
  bucketStarts: readonly number[],
  unit: 'hour' | 'day',
  measure: Measure,
): Series[] {
  const place = new Map(bucketStarts.map((start, index) => [start, index]));
  const valuesByModel = new Map<string, number[]>();
  for (const row of rows) {
    const index = place.get(startOf(unit, Date.parse(row.bucket)));
    if (index === undefined) continue;
    const values = valuesByModel.get(row.modelId) ?? bucketStarts.map(() => 0);
    values[index] = (values[index] ?? 0) + measureOf(row, measure);
    valuesByModel.set(row.modelId, values);
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return [...valuesByModel]
    .map(([modelId, values]) => ({ key: modelId, label: modelId, values }))
    .sort((a, b) => total(b.values) - total(a.values));
}

export interface UsageTotal {
  key: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  chargeMicros: bigint;
  estimatedRequests: number;
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
  const sum = (pick: (row: UsageBucket) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    requests: sum((row) => row.requests),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    chargeMicros: sumMicros(rows.map((row) => row.chargeMicros)),
    estimatedRequests: sum((row) => row.estimatedRequests),
  };
}
