import { expect, test } from 'vitest';
import { filtersOf, oneOf } from './use-filters.ts';

test('of an address only known filters with a text count, a number that was typed included', () => {
  const typed = { type: 'usage', from: '', size: 50, evil: 'x', to: { a: 1 } };
  expect(filtersOf(['type', 'from', 'to', 'size'], typed)).toEqual({ type: 'usage', size: '50' });
});

test('an unknown word is no filter', () => {
  expect(oneOf(['in', 'out'], 'sideways')).toBeUndefined();
  expect(oneOf(['in', 'out'], 'out')).toBe('out');
});
