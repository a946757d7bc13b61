import { expect, test } from 'vitest';
import { remainingAfter } from './remaining.ts';

const part = { title: '', columns: [] };
const held = { ...part, law: 'L', term: '3 years' };

test('what is left shrinks to nothing on the last day, and a table held by two laws counts once', () => {
  const steps = remainingAfter({
    erased: [
      { ...part, table: 'a', rows: 5, how: 'rows-deleted' },
      { ...part, table: 'b', rows: 2, how: 'cells-erased' },
    ],
    held: [
      { ...held, table: 'b', rows: 2, until: '2029-01-01T00:00:00Z' },
      { ...held, table: 'b', rows: 2, until: '2027-01-01T00:00:00Z' },
      { ...held, table: 'c', rows: 1, until: '2036-01-01T00:00:00Z' },
    ],
  });
  expect(steps).toEqual([
    { from: 'today', records: 8 },
    { from: 'erased', records: 3 },
    { from: '2029-01-01', records: 1 },
    { from: '2036-01-01', records: 0 },
  ]);
});

test('where no law keeps anything, nothing is left at once', () => {
  const erased = [{ ...part, table: 'a', rows: 5, how: 'rows-deleted' as const }];
  expect(remainingAfter({ erased, held: [] }).at(-1)).toEqual({ from: 'erased', records: 0 });
});
