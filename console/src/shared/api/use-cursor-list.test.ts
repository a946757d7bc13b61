import { expect, test } from 'vitest';
import { pagesOf } from './use-cursor-list.ts';

test('an address asks for a few pages; anything else typed there is the first', () => {
  expect([undefined, '3', 3, 50].map(pagesOf)).toEqual([1, 3, 3, 50]);
  expect(['', '0', '-1', '1.5', 'many', 51, {}].map(pagesOf)).toEqual([1, 1, 1, 1, 1, 1, 1]);
});
