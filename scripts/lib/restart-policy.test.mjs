import { expect, test } from 'vitest';
import { createRestartPolicy } from './restart-policy.mjs';

test('what ends quickly is started later each time and in the end not at all; running steadily begins anew', () => {
  const policy = createRestartPolicy({ pausesMs: [1, 10, 100], steadyAfterMs: 1_000 });
  expect([5, 5].map((ranForMs) => policy.nextPauseMs(ranForMs))).toEqual([1, 10]);
  expect([1_000, 5, 5, 5, 5].map((ranForMs) => policy.nextPauseMs(ranForMs))).toEqual([
    1,
    10,
    100,
    undefined,
    undefined,
  ]);
});
