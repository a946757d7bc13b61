import { expect, test } from 'vitest';
import { compactCount, labelStride, niceTicks } from './scale.ts';

test('an axis ends just above the largest value in round steps', () => {
  expect(niceTicks(0)).toEqual([0, 1]);
  expect(niceTicks(7)).toEqual([0, 2, 4, 6, 8]);
  expect(niceTicks(100)).toEqual([0, 50, 100]);
  expect(niceTicks(930, 4).at(-1)).toBe(1000);
});

test('labels are thinned until they fit', () => {
  expect(labelStride(24, 480, 60)).toBe(3);
  expect(labelStride(5, 480, 60)).toBe(1);
  expect(labelStride(5, 0, 60)).toBe(5);
});

test('large counts are written short', () => {
  expect(compactCount(950)).toBe('950');
  expect(compactCount(12_345)).toBe('12.3k');
  expect(compactCount(3_999_999)).toBe('3.9M');
});
