import { expect, test } from 'vitest';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { bucketStarts, dayMs } from '../../../shared/time.ts';
import { seriesByModel, totalOf, totalsBy } from './usage-series.ts';

const start = Date.parse('2026-03-01T00:00:00+08:00');

function row(dayIndex: number, modelId: string, chargeMicros: number): UsageBucket {
  return {
    bucket: new Date(start + dayIndex * dayMs).toISOString(),
    modelId,
    apiKeyId: 'key_1',
    requests: 1,
    inputTokens: 10,
    outputTokens: 5,
    chargeMicros,
    estimatedRequests: 0,
  };
}

const rows = [row(0, 'small', 3), row(1, 'large', 40), row(1, 'small', 2), row(9, 'small', 100)];

test('every model has a value for every day of the range and the largest comes first', () => {
  const days = bucketStarts('day', start, start + 2 * dayMs);
  expect(seriesByModel(rows, days, 'day', 'charge')).toEqual([
    { key: 'large', label: 'large', values: [0, 40] },
    { key: 'small', label: 'small', values: [3, 2] },
  ]);
  expect(seriesByModel(rows, days, 'day', 'tokens')[0]?.values).toEqual([15, 15]);
});

test('totals add up to the micro', () => {
  expect(totalOf(rows)).toMatchObject({ requests: 4, inputTokens: 40, chargeMicros: 145n });
  expect(totalsBy(rows, (one) => one.modelId).map((total) => [total.key, total.chargeMicros])).toEqual([
    ['small', 105n],
    ['large', 40n],
  ]);
});
