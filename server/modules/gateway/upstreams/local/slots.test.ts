import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

const stays = new AbortController().signal;

test('who waits first is served first', async () => {
  const slots = new Slots(['a'], 2);
  const item = await slots.acquire(stays);
  const order: number[] = [];
  const first = slots.use(stays, async () => order.push(1));
  const second = slots.use(stays, async () => order.push(2));
  slots.release(item);
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
  expect(slots.freeCount).toBe(1);
});

test('when the line is full the next one is refused at once', async () => {
  const slots = new Slots(['a'], 1);
  const item = await slots.acquire(stays);
  const waiting = slots.acquire(stays);
  await expect(slots.acquire(stays)).rejects.toMatchObject({ status: 503, code: 'engine_overloaded' });
  slots.release(item);
  expect(await waiting).toBe('a');
});

test('who leaves the line makes room and takes nothing along', async () => {
  const slots = new Slots(['a'], 1);
  const item = await slots.acquire(stays);
  const leaver = new AbortController();
  const left = slots.acquire(leaver.signal);
  leaver.abort();
  await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  expect(slots.waitingCount).toBe(0);
  slots.release(item);
  expect(slots.freeCount).toBe(1);
});

test('work that fails gives its item back', async () => {
  const slots = new Slots(['a'], 0);
  await expect(slots.use(stays, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(slots.freeCount).toBe(1);
});
