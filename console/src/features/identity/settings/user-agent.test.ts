import { expect, test } from 'vitest';
import { describeAgent } from './user-agent.ts';

test('a browser is named, not the ones it imitates', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0';
  expect(describeAgent(edge)).toBe('Edge · Windows');
  expect(describeAgent('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
    'Firefox · Linux',
  );
  expect(describeAgent('curl/8.5.0')).toBe('curl');
});

test('an unknown client stays unknown', () => {
  expect(describeAgent('something else')).toBeUndefined();
  expect(describeAgent(null)).toBeUndefined();
});
