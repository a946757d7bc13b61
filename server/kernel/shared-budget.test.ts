import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createSharedBudget } from './shared-budget.ts';

const holder = (key: string) => [{ key, timesFree: 1 }];

test('whoever takes all they can leaves room for the next, and the next for the one after', () => {
  const budget = createSharedBudget(1_000);
  const takeAll = (key: string): number => {
    let held = 0;
    while (budget.take(holder(key), 1)) held += 1;
    return held;
  };
  expect(takeAll('first')).toBe(500);
  expect(takeAll('second')).toBe(250);
  for (const key of ['third', 'fourth', 'fifth']) expect(takeAll(key)).toBeGreaterThan(0);
  expect(budget.take(holder('first'), 1)).toBe(false);
});

test('more than everything cannot be taken, and what is given back is there again', () => {
  const budget = createSharedBudget(10);
  expect(budget.take([], 11)).toBe(false);
  expect(budget.take(holder('one'), 5)).toBe(true);
  expect(budget.take(holder('one'), 1)).toBe(false);
  budget.giveBack(holder('one'), 5);
  expect(budget.taken).toBe(0);
  expect(budget.take(holder('one'), 5)).toBe(true);
});

test('the last free unit can be taken, and a greater multiple of what is free is a greater share', () => {
  const budget = createSharedBudget(1_000);
  expect(budget.take([{ key: 'favoured', timesFree: 3 }], 751)).toBe(false);
  expect(budget.take([{ key: 'favoured', timesFree: 3 }], 750)).toBe(true);
  expect(budget.take([], 251)).toBe(false);
  expect(budget.take([], 250)).toBe(true);
});

test('an amount is taken only while it fits the share of each of its holders', () => {
  const budget = createSharedBudget(10);
  expect(budget.take(holder('full'), 5)).toBe(true);
  expect(budget.take([...holder('full'), ...holder('empty')], 1)).toBe(false);
  expect(budget.taken).toBe(5);
  expect(budget.take(holder('empty'), 1)).toBe(true);
});

test('of a part that is given back only that part is free again', () => {
  const budget = createSharedBudget(9);
  expect(budget.take(holder('one'), 4)).toBe(true);
  budget.giveBack(holder('one'), 3);
  expect(budget.taken).toBe(1);
  expect(budget.take(holder('one'), 4)).toBe(false);
  expect(budget.take(holder('one'), 3)).toBe(true);
});

test('a holder that has given everything back takes no memory: as many strangers may come and go as there are', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const budget = createSharedBudget(10);
  const usedBytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = usedBytes();
  const holders = 200_000;
  for (let index = 0; index < holders; index += 1) {
    const stranger = holder(`an address that was never seen before, ${index}`);
    budget.take(stranger, 1);
    budget.giveBack(stranger, 1);
  }
  // Each that was kept would take a hundred bytes and more.
  expect(usedBytes() - before).toBeLessThan(holders * 10);
  expect(budget.take(holder('one more'), 1)).toBe(true);
});
