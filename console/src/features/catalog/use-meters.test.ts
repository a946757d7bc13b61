import { expect, test, vi } from 'vitest';
import { wordAfter } from './use-meters.ts';

// The API client reads the page's origin when it is loaded.
vi.hoisted(() => vi.stubGlobal('window', { location: { origin: 'http://console.test' } }));

test.each([
  [1, 'call'],
  [0, 'calls'],
  [2, 'calls'],
  [1_000_000, 'calls'],
])('%i of a unit that the server titles “calls” is read with “%s”', (count, word) => {
  expect(wordAfter(count, 'call', 'calls')).toBe(word);
  expect(wordAfter(count, 'call', '次')).toBe('次');
});

test('a unit that is not called by its singular keeps its title', () => {
  expect(wordAfter(1, 'gpu-second', 'GPU seconds')).toBe('GPU seconds');
});
