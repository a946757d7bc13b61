import { expect, test } from 'vitest';
import { stopLimits } from '../kernel/stop-limits.ts';
import { stopInOrder } from './stop-in-order.ts';

test('a part that fails or never ends keeps no other part from stopping, and is reported at the end', async () => {
  const stopped: string[] = [];
  const steps = [
    async () => void stopped.push('database'),
    () => new Promise<void>(() => {}),
    () => Promise.reject(new Error('the door jams')),
    async () => void stopped.push('worker'),
  ];
  await expect(stopInOrder(steps, 10)).rejects.toMatchObject({
    errors: [{ message: 'the door jams' }, { message: 'a part of the server did not stop within 10 ms' }],
  });
  expect(stopped).toEqual(['worker', 'database']);
});

test('every limit of a stop lies strictly inside the one around it', () => {
  const { answersMs, connectionsMs, closingMs, jobsMs, stepMs } = stopLimits;
  const fromInside = [answersMs, connectionsMs, closingMs, stepMs];
  expect(fromInside).toEqual(fromInside.toSorted((a, b) => a - b));
  expect(new Set(fromInside).size).toBe(fromInside.length);
  expect(jobsMs).toBeLessThan(stepMs);
});
