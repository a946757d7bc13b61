import { expect, test } from 'vitest';
import { createHashSlots } from './hash-slots.ts';

const options = { running: 2, waiting: 4, waitingPerRequester: 2 };

/** Work that ends when the test says so, and a note of what was started. */
function aQueue() {
  const slots = createHashSlots(options);
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (key: string, isKnown = false) =>
    slots.run({ key, isKnown }, () => {
      started.push(key);
      return new Promise<void>((end) => ends.push(end));
    });
  return { started, ask, endOne: () => ends.shift()?.() };
}

test('a flood from everywhere runs two hashes at a time and is refused beyond a short queue', async () => {
  const { started, ask } = aQueue();
  for (let i = 0; i < 6; i += 1) void ask(`stranger-${i}`);
  await expect(ask('one more')).rejects.toMatchObject({ code: 'kernel.unavailable' });
  expect(started).toEqual(['stranger-0', 'stranger-1']);
});

test('one requester takes no more than a share of the queue', async () => {
  const { ask, started, endOne } = aQueue();
  for (let i = 0; i < 4; i += 1) void ask('greedy');
  await expect(ask('greedy')).rejects.toMatchObject({ code: 'kernel.unavailable' });
  const other = ask('other');
  for (let i = 0; i < 5; i += 1) {
    endOne();
    await new Promise(setImmediate);
  }
  await other;
  expect(started.at(-1)).toBe('other');
});

test('a known requester is let in when strangers fill their queue, and goes first', async () => {
  const { started, ask, endOne } = aQueue();
  for (let i = 0; i < 6; i += 1) void ask(`stranger-${i}`);
  void ask('known', true);
  endOne();
  await new Promise(setImmediate);
  expect(started).toEqual(['stranger-0', 'stranger-1', 'known']);
});
