import { expect, test } from 'vitest';
import { firstOf } from './first-of.ts';

test('a list that is never empty has a first, and one that is empty after all stops the work', () => {
  expect(firstOf([0, 1])).toBe(0);
  expect(() => firstOf([])).toThrow('is empty');
});
