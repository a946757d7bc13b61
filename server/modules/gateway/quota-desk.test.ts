import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { createKeyMeter } from './key-meter.ts';
import { createQuotaDesk, type HoldQuota } from './quota-desk.ts';

const key = 'key_1';

const of = (tokens: number) => ({ tokens, micros: 0 });

/** What is held and wanted, in tokens alone. */
function inTokens(
  hold: (input: { apiKeyId: string; heldTokens: number; wanted: readonly number[] }) => Promise<number>,
): HoldQuota {
  return ({ apiKeyId, held, wanted }) =>
    hold({ apiKeyId, heldTokens: held.tokens, wanted: wanted.map(({ tokens }) => tokens) });
}

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
  const hold = inTokens(async ({ heldTokens, wanted }) => {
    await answer();
    held = heldTokens + wanted.reduce((sum, tokens) => sum + tokens, 0);
    return wanted.length;
  });
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  /** What a request of so many tokens used is in the books. */
  const book = (tokens: number) => {
    meter.settled(key, of(tokens));
    desk.changed(key);
  };
  return { desk, book, held: () => held };
}

test('a request that asks in the very moment another is answered is answered too', async () => {
  const { desk } = aDesk();
  await desk.take(key, of(5));
  await expect(desk.take(key, of(5))).resolves.toBe(true);
});

test('what a gateway holds comes back, also of a request that asked while the news of an earlier one were on their way', async () => {
  let open = () => {};
  let gate = Promise.resolve();
  const { desk, book, held } = aDesk(() => gate);
  await desk.take(key, of(5));
  book(5);
  desk.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect(held()).toBe(0);
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const late = desk.take(key, of(7));
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
  await desk.take(key, of(5));
  isDown = true;
  book(5);
  await vi.runAllTimersAsync();
  expect(held()).toBe(5);
  isDown = false;
  desk.renew();
  await vi.runAllTimersAsync();
  expect(held()).toBe(0);
});

test('what is held for nothing goes back with the answer that shows it, to the last token', async () => {
  const meter = createKeyMeter();
  const asked: [number, readonly number[]][] = [];
  let open = () => {};
  let gate = Promise.resolve();
  const hold = inTokens(async ({ heldTokens, wanted }) => {
    asked.push([heldTokens, wanted]);
    await gate;
    return heldTokens === 0 ? wanted.length : 0;
  });
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  expect(await desk.take(key, of(1))).toBe(true);
  expect(meter.heldOf(key).tokens).toBe(1);
  gate = new Promise((resolve) => (open = resolve));
  const refused = desk.take(key, of(7));
  // The upstream refuses the first request meanwhile: it never reaches the books.
  meter.finish(key, of(1), of(0));
  open();
  expect(await refused).toBe(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([
    [0, [1]],
    [1, [7]],
    [0, []],
  ]);
});

test('requests that come together are asked for together, and each is let in while the quota lasts', async () => {
  const meter = createKeyMeter();
  const asked: (readonly number[])[] = [];
  const hold = inTokens(async ({ wanted }) => {
    asked.push(wanted);
    return Math.min(2, wanted.length);
  });
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  const takes = [1, 2, 3, 4].map((tokens) => desk.take(key, of(tokens)));
  expect(await Promise.all(takes)).toEqual([true, true, true, false]);
  expect([asked, meter.heldOf(key).tokens]).toEqual([[[1], [2, 3, 4]], 6]);
});

test('a database that is away refuses those who wait for it, is logged, and is asked again by the next', async () => {
  const lines: string[] = [];
  let isAway = true;
  const hold = inTokens(async ({ wanted }) => {
    if (isAway) throw new Error('away');
    return wanted.length;
  });
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const desk = createQuotaDesk(hold, createKeyMeter(), log);
  await expect(desk.take(key, of(5))).rejects.toThrow('away');
  await vi.advanceTimersByTimeAsync(0);
  expect(lines).toEqual([expect.stringContaining(`"apiKeyId":"${key}"`)]);
  isAway = false;
  expect(await desk.take(key, of(5))).toBe(true);
});

test('news of the books are brought a tenth of a second later, together; at the end at once, and of every key', async () => {
  const meter = createKeyMeter();
  const asked: [string, number][] = [];
  let written = Promise.resolve();
  const hold = inTokens(async ({ apiKeyId, heldTokens, wanted }) => {
    await written;
    asked.push([apiKeyId, heldTokens]);
    return wanted.length;
  });
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  for (const apiKeyId of [key, 'key_2']) await desk.take(apiKeyId, of(10));
  asked.length = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    meter.settled(key, of(2));
    desk.changed(key);
  }
  desk.changed('a key without a quota');
  await vi.advanceTimersByTimeAsync(99);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual([[key, 4]]);
  meter.settled(key, of(4));
  meter.settled('key_2', of(10));
  written = new Promise((resolve) => setImmediate(resolve));
  await desk.close();
  expect(asked.slice(1)).toEqual([
    [key, 0],
    ['key_2', 0],
  ]);
  await desk.close();
  expect(asked, 'nothing of them is held any more').toHaveLength(3);
});

test('a request that ends outside the books, after news of another were written with it, is given back with those news', async () => {
  const meter = createKeyMeter();
  const asked: [number, readonly number[]][] = [];
  const hold = inTokens(async ({ heldTokens, wanted }) => {
    asked.push([heldTokens, wanted]);
    return wanted.length;
  });
  const desk = createQuotaDesk(hold, meter, createLog('silent'));
  await desk.take(key, of(5));
  meter.settled(key, of(5));
  desk.changed(key);
  await desk.take(key, of(7));
  meter.finish(key, of(7), of(0));
  await vi.runAllTimersAsync();
  expect(asked).toEqual([
    [0, [5]],
    [0, [7]],
    [0, []],
  ]);
});
