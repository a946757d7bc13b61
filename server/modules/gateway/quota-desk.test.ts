import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { createKeyMeter } from './key-meter.ts';
import { createQuotaDesk, type HoldQuota } from './quota-desk.ts';

const key = 'key_1';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A desk before a database that lets everything start, and remembers what each gateway holds as the real one does. */
function aDesk(answer: () => Promise<void> = async () => {}) {
  const meter = createKeyMeter();
  let held = 0;
  const hold: HoldQuota = async ({ heldTokens, wanted }) => {
    await answer();
    held = heldTokens + wanted.reduce((sum, tokens) => sum + tokens, 0);
    return wanted.length;
  };
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  /** What a request of so many tokens used is in the books. */
  const book = (tokens: number) => {
    meter.settled(key, tokens);
    desk.changed(key);
  };
  return { desk, book, held: () => held };
}

test('a request that asks in the very moment another is answered is answered too', async () => {
  const { desk } = aDesk();
  await desk.take(key, 5);
  await expect(desk.take(key, 5)).resolves.toBe(true);
});

test('what a gateway holds comes back, also of a request that asked while the news of an earlier one were on their way', async () => {
  let open = () => {};
  let gate = Promise.resolve();
  const { desk, book, held } = aDesk(() => gate);
  await desk.take(key, 5);
  book(5);
  desk.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect(held()).toBe(0);
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const late = desk.take(key, 7);
  // The news of the first request find nothing to do, while the second is before the database.
  await vi.runAllTimersAsync();
  open();
  gate = Promise.resolve();
  await late;
  expect(held()).toBe(7);
  book(7);
  await vi.runAllTimersAsync();
  expect(held()).toBe(0);
});

test('what did not reach the database reaches it at the next renewal', async () => {
  let isDown = false;
  const { desk, book, held } = aDesk(async () => {
    if (isDown) throw new Error('no database');
  });
  await desk.take(key, 5);
  isDown = true;
  book(5);
  await vi.runAllTimersAsync();
  expect(held()).toBe(5);
  isDown = false;
  desk.renew();
  await vi.runAllTimersAsync();
  expect(held()).toBe(0);
});
