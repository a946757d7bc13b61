import { expect, test } from 'vitest';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { bucketStarts, dayMs } from '../../../shared/time.ts';
import { measuresOf, seriesBySku, totalOf, totalsBy } from './usage-series.ts';

const start = Date.parse('2026-03-01T00:00:00+08:00');

function row(dayIndex: number, sku: string, chargeMicros: number): UsageBucket {
  const meter = (name: string, unit: string, quantity: number) => ({
    meter: `gateway.${name}`,
    unit,
    quantity,
    estimatedQuantity: 0,
    chargeMicros: 0,
  });
  return {
    bucket: new Date(start + dayIndex * dayMs).toISOString(),
    sku,
    apiKeyId: 'key_1',
    chargeMicros,
    meters: [
      meter('calls', 'call', 1),
      meter('input-tokens', 'token', 10),
      meter('output-tokens', 'token', 5),
    ],
  };
}

const rows = [row(0, 'small', 3), row(1, 'large', 40), row(1, 'small', 2), row(9, 'small', 100)];

test('every SKU has a value for every day of the range and the largest comes first', () => {
  const days = bucketStarts('day', start, start + 2 * dayMs);
  expect(seriesBySku(rows, days, 'day', 'charge')).toEqual([
    { key: 'large', label: 'large', values: [0, 40] },
    { key: 'small', label: 'small', values: [3, 2] },
  ]);
  expect(seriesBySku(rows, days, 'day', 'token')[0]?.values).toEqual([15, 15]);
});

test('money and every unit that was used can be drawn', () => {
  expect(measuresOf(rows)).toEqual(['charge', 'call', 'token']);
  expect(measuresOf([])).toEqual(['charge']);
});

test('totals add up to the micro', () => {
  const total = totalOf(rows);
  expect(total.chargeMicros).toBe(145n);
  expect(total.byMeter.get('gateway.input-tokens')).toEqual({ quantity: 40, estimatedQuantity: 0 });
  expect(totalsBy(rows, (one) => one.sku).map(({ key, chargeMicros }) => [key, chargeMicros])).toEqual([
    ['small', 105n],
    ['large', 40n],
  ]);
});
