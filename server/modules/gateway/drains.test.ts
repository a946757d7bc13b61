import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDrains } from './drains.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('an answer is read for a minute, and one that ended is not ended again', () => {
  const timedOut: string[] = [];
  const drains = createDrains();
  drains.start(() => void timedOut.push('slow'));
  drains.start(() => void timedOut.push('quick'))?.end();
  vi.advanceTimersByTime(59_999);
  expect(timedOut).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(timedOut).toEqual(['slow']);
});
