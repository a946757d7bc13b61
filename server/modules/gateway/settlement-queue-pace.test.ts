import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { CommitInDoubt, type Settlement } from './settlement.ts';
import { createSettlementQueue, type Durability } from './settlement-queue.ts';

// How fast the queue writes, what it does with work that the books refuse, and how it ends.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const away = () => Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
const manyMinutesMs = 600_000;

/** A queue before books that answer as `fate` says; times are counted from here. */
function aQueue(durability: Durability, fate: (ids: readonly string[], attempt: number) => Error | null) {
  const startedAtMs = Date.now();
  const attempts: { readonly atMs: number; readonly ids: readonly string[] }[] = [];
  const settled: string[] = [];
  const seconds: number[] = [];
  const dropped: [string, string][] = [];
  const logged: string[] = [];
  let tookMs = 0;
  const queue = createSettlementQueue({
    durability,
    async settle(batch) {
      const ids = batch.map(({ usage }) => usage.requestId);
      attempts.push({ atMs: Date.now() - startedAtMs, ids });
      const error = fate(ids, attempts.length);
      if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
      if (error !== null) throw error;
    },
    nowMs: () => Date.now(),
    log: createLog('error', { write: (line) => void logged.push(line) }),
    onSettled(batch, tookSeconds) {
      settled.push(...batch.map(({ usage }) => usage.requestId));
      seconds.push(tookSeconds);
    },
    onDropped: ({ usage }, reason) => void dropped.push([usage.requestId, reason]),
  });
  return {
    queue,
    attempts,
    settled,
    seconds,
    dropped,
    said: (text: string) => logged.filter((line) => line.includes(text)).length,
    sizes: () => attempts.map(({ ids }) => ids.length),
    timesMs: () => attempts.map(({ atMs }) => atMs),
    takes: (ms: number) => void (tookMs = ms),
    push: (id: string) => heard(queue.push(aSettlement(id))),
  };
}

/** What the client hears, once it has. */
function heard({ verdict, withdraw }: ReturnType<ReturnType<typeof createSettlementQueue>['push']>) {
  const answer: { text: 'nothing' | 'answer' | 'refusal'; withdraw: () => void } = {
    text: 'nothing',
    withdraw,
  };
  void verdict.then((refusal) => void (answer.text = refusal === null ? 'answer' : 'refusal'));
  return answer;
}

function aSettlement(requestId: string): Settlement {
  return {
    usage: { requestId, sku: 'm' } as Settlement['usage'],
    tokens: { input: 1, output: 1 },
    spendings: [],
  };
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('strict writes at once; standard collects for 50 ms, or until 500 wait, and never writes more than 500 at once', async () => {
  const strict = aQueue('strict', () => null);
  strict.push('r');
  await wait(0);
  expect([strict.timesMs(), strict.settled]).toEqual([[0], ['r']]);

  const few = aQueue('standard', () => null);
  for (let index = 0; index < 499; index += 1) few.push(`r${index}`);
  await wait(49);
  expect(few.sizes()).toEqual([]);
  await wait(1);
  expect([few.sizes(), few.timesMs()]).toEqual([[499], [50]]);

  const many = aQueue('standard', () => null);
  for (let index = 0; index < 500; index += 1) many.push(`r${index}`);
  expect(many.sizes(), 'the 500th request does not wait').toEqual([500]);
  for (let index = 500; index < 1200; index += 1) many.push(`r${index}`);
  await wait(0);
  expect([many.sizes(), many.timesMs()]).toEqual([
    [500, 500, 200],
    [0, 0, 0],
  ]);
  await wait(manyMinutesMs);
  expect(many.attempts).toHaveLength(3);
});

test('how long the books took is reported in seconds', async () => {
  const { push, seconds, takes } = aQueue('strict', () => null);
  takes(1500);
  await wait(1000);
  push('r');
  await wait(1500);
  expect(seconds).toEqual([1.5]);
});

test('what comes while a transaction runs is in the next one, not in the same', async () => {
  const { push, attempts, takes, queue } = aQueue('strict', () => null);
  takes(1000);
  push('r0');
  await wait(100);
  push('r1');
  push('r2');
  const [one, other] = [queue.flush(), queue.flush()];
  expect(one).toBe(other);
  await wait(2000);
  expect(attempts).toEqual([
    { atMs: 0, ids: ['r0'] },
    { atMs: 1000, ids: ['r1', 'r2'] },
  ]);
});

test.each(['strict', 'standard'] as const)(
  'while the books are away the pause doubles from 100 ms to 5 s, whatever comes meanwhile, and ends with the next success (%s)',
  async (durability) => {
    let isAway = true;
    const { push, timesMs, queue, said } = aQueue(durability, () => (isAway ? away() : null));
    const first = push('r0');
    await wait(durability === 'strict' ? 0 : 50);
    const [startMs = 0] = timesMs();
    for (let index = 1; index < 600; index += 1) push(`r${index}`);
    await wait(20_000);
    const pausesMs = timesMs()
      .map((ms, index, all) => ms - (all[index - 1] ?? startMs))
      .slice(1);
    expect(pausesMs).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(said('usage not settled')).toBe(pausesMs.length + 1);
    expect(first.text).toBe(durability === 'strict' ? 'nothing' : 'answer');
    isAway = false;
    await queue.flush();
    await wait(0);
    const late = push('late');
    await wait(durability === 'strict' ? 0 : 50);
    expect([first.text, late.text]).toEqual(['answer', 'answer']);
  },
);

test('in standard, a request is answered while the oldest charge outside the books is younger than 250 ms', async () => {
  const { push, queue, dropped } = aQueue('standard', () => away());
  const oldest = push('r0');
  await wait(249);
  const inTime = push('r1');
  await wait(1);
  const late = push('r2');
  await wait(0);
  expect([oldest.text, inTime.text, late.text]).toEqual(['answer', 'answer', 'nothing']);
  late.withdraw();
  inTime.withdraw();
  await wait(0);
  expect([late.text, queue.isFull]).toEqual(['refusal', false]);
  expect(dropped, 'a client that has heard its answer stays charged').toEqual([['r2', 'withdrawn']]);
});

test('a request that the books refuse is looked for by halves, is given away, and the others are written', async () => {
  const { push, sizes, dropped, settled, said } = aQueue('strict', (ids) =>
    ids.includes('r5') ? new TypeError('a mistake of ours') : null,
  );
  const answers = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'].map(push);
  await wait(0);
  expect(sizes()).toEqual([1, 7, 3, 4, 2, 1, 2, 1, 1, 1]);
  expect(dropped).toEqual([['r5', 'given_away']]);
  expect(settled).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r6', 'r7']);
  expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'answer'));
  expect(said('usage given away')).toBe(1);
});

test('a request that was withdrawn while the books refused it is refused to its client, and costs the next one nothing', async () => {
  const { push, settled, dropped, takes } = aQueue('strict', (_ids, attempt) =>
    attempt === 1 ? new TypeError('a mistake of ours') : null,
  );
  takes(100);
  const first = push('r0');
  await wait(50);
  const second = push('r1');
  first.withdraw();
  await wait(0);
  expect([first.text, dropped], 'it may be in the books by now').toEqual(['nothing', []]);
  await wait(500);
  expect([first.text, second.text]).toEqual(['refusal', 'answer']);
  expect([settled, dropped]).toEqual([['r1'], [['r0', 'withdrawn']]]);
});

test('a request whose commit was not answered is never withdrawn, and one behind it is at once', async () => {
  const { push, queue, dropped } = aQueue('strict', (_ids, attempt) =>
    attempt === 1 ? new CommitInDoubt('not answered') : null,
  );
  const [inDoubt, behind] = [push('r0'), push('r1')];
  await wait(0);
  inDoubt.withdraw();
  behind.withdraw();
  await wait(0);
  expect([inDoubt.text, behind.text]).toEqual(['nothing', 'refusal']);
  await queue.flush();
  await wait(0);
  expect([inDoubt.text, dropped]).toEqual(['answer', [['r1', 'withdrawn']]]);
});

test('the pause ends with the last request that waited for it, and with no other', async () => {
  const { push, timesMs } = aQueue('strict', (_ids, attempt) => (attempt <= 2 ? away() : null));
  const [first, second] = [push('r0'), push('r1')];
  await wait(0);
  second.withdraw();
  push('r2').withdraw();
  await wait(10);
  expect(timesMs(), 'r0 still waits').toEqual([0]);
  first.withdraw();
  push('r3');
  await wait(0);
  expect(timesMs()).toEqual([0, 10]);
});

test('nothing more may be started once 20,000 wait', async () => {
  const { push, queue } = aQueue('strict', () => away());
  for (let index = 0; index < 19_999; index += 1) push(`r${index}`);
  expect(queue.isFull).toBe(false);
  push('last');
  expect(queue.isFull).toBe(true);
});

test('closing writes what waits', async () => {
  const { push, queue, settled, said } = aQueue('standard', () => null);
  const [one] = [push('r0'), push('r1')];
  await queue.close();
  expect([settled, one.text]).toEqual([['r0', 'r1'], 'answer']);
  expect(said('could not be settled')).toBe(0);
});

test('closing tries five times while the books are away, then refuses what may be refused and says what is lost', async () => {
  const { push, queue, timesMs, dropped, said } = aQueue('strict', (_ids, attempt) =>
    attempt === 1 ? new CommitInDoubt('not answered') : away(),
  );
  const [inDoubt, behind] = [push('r0'), push('r1')];
  await wait(0);
  await queue.close();
  expect(timesMs()).toHaveLength(6);
  expect([inDoubt.text, behind.text, dropped]).toEqual(['nothing', 'refusal', [['r1', 'withdrawn']]]);
  expect(said('"lost":1')).toBe(1);
  await wait(manyMinutesMs);
  expect(timesMs(), 'it has ended').toHaveLength(6);
});

test('closing while the books are away loses nothing when every client can be refused', async () => {
  const { push, queue, said } = aQueue('strict', () => away());
  const only = push('r0');
  await queue.close();
  await wait(0);
  expect([only.text, said('could not be settled')]).toEqual(['refusal', 0]);
});

test('a request that the books refuse makes no later one wait, also after they were away', async () => {
  const fates = [new TypeError('a mistake of ours'), null, away(), new TypeError('a mistake of ours')];
  const { push, timesMs, settled } = aQueue('strict', (_ids, attempt) => fates[attempt - 1] ?? null);
  for (const [index, ms] of [10, 10, 110, 0].entries()) {
    push(`r${index}`);
    await wait(ms);
  }
  expect(timesMs()).toEqual([0, 10, 20, 120, 130]);
  expect(settled).toEqual(['r1', 'r3']);
});

test('one request that waits alone is tried again', async () => {
  const { push, timesMs } = aQueue('strict', (_ids, attempt) => (attempt === 1 ? away() : null));
  const only = push('r0');
  await wait(100);
  expect([only.text, timesMs()]).toEqual(['answer', [0, 100]]);
});
