import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import type { Problem } from '../../kernel/problem.ts';
import { CommitInDoubt, type Settlement } from './settlement.ts';
import { createSettlementQueue, type Durability, mostUnbookedMs } from './settlement-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Fate = 'booked' | 'refused connection' | 'lost before commit' | 'lost after commit' | 'mistake';
interface Turn {
  readonly fate: Fate;
  readonly tookMs: number;
}
const turn = fc.record({
  fate: fc.constantFrom<Fate>(
    'booked',
    'refused connection',
    'lost before commit',
    'lost after commit',
    'mistake',
  ),
  tookMs: fc.integer({ min: 0, max: 2000 }),
});

interface Told {
  readonly requestId: string;
  readonly pushedAtMs: number;
  readonly refusal: Problem | null;
}

/** A queue in front of books that behave as the turns say, and well after the last. */
function aQueue(durability: Durability, turns: readonly Turn[]) {
  const bookedAtMs = new Map<string, number>();
  const dropped = new Map<string, string>();
  let attempts = 0;
  async function settle(batch: readonly Settlement[]): Promise<void> {
    const { fate, tookMs } = turns[attempts] ?? { fate: 'booked', tookMs: 0 };
    attempts += 1;
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    if (fate === 'refused connection') throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    if (fate === 'mistake') throw new TypeError('a mistake of ours');
    if (fate === 'lost before commit') throw new CommitInDoubt('not answered');
    for (const { usage } of batch) {
      if (!bookedAtMs.has(usage.requestId)) bookedAtMs.set(usage.requestId, Date.now());
    }
    if (fate === 'lost after commit') throw new CommitInDoubt('not answered');
  }
  const queue = createSettlementQueue({
    durability,
    settle,
    nowMs: () => Date.now(),
    log: createLog('silent'),
    onSettled: () => {},
    onDropped: ({ usage }, reason) => void dropped.set(usage.requestId, reason),
  });
  return { queue, bookedAtMs, dropped, attempts: () => attempts };
}

function aSettlement(requestId: string): Settlement {
  return {
    usage: { requestId, sku: 'm' } as Settlement['usage'],
    tokens: { input: 1, output: 1 },
    spendings: [],
  };
}

async function push(queue: ReturnType<typeof aQueue>['queue'], requestId: string, patienceMs: number) {
  const pushedAtMs = Date.now();
  const booking = queue.push(aSettlement(requestId));
  setTimeout(() => booking.withdraw(), patienceMs);
  const refusal = await booking.verdict;
  return { requestId, pushedAtMs, refusal } satisfies Told;
}

test.each(['strict', 'standard'] as const)(
  'whatever the database does, a request is answered and charged or refused and not charged (%s)',
  async (durability) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { maxLength: 12 }),
        fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 300 }), patienceMs: fc.nat(1500) }), {
          minLength: 1,
          maxLength: 25,
        }),
        async (turns, requests) => {
          const { queue, bookedAtMs, dropped } = aQueue(durability, turns);
          const verdicts: Promise<Told>[] = [];
          for (const [index, { gapMs, patienceMs }] of requests.entries()) {
            await vi.advanceTimersByTimeAsync(gapMs);
            verdicts.push(push(queue, `r${index}`, patienceMs));
          }
          await vi.advanceTimersByTimeAsync(120_000);
          for (const { requestId, refusal } of await Promise.all(verdicts)) {
            const isGivenAway = dropped.get(requestId) === 'given_away';
            if (!isGivenAway) expect(bookedAtMs.has(requestId)).toBe(refusal === null);
            expect(dropped.get(requestId) === 'withdrawn').toBe(refusal !== null);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
);

test('in standard, the answers whose charge a crash would lose ended within the promised span of each other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 60 }),
      async (turns, gapsMs) => {
        const { queue, bookedAtMs, dropped } = aQueue('standard', turns);
        const told: Told[] = [];
        for (const [index, gapMs] of gapsMs.entries()) {
          await vi.advanceTimersByTimeAsync(gapMs);
          void push(queue, `r${index}`, 600_000).then((one) => told.push(one));
          await vi.advanceTimersByTimeAsync(0);
          const lostByACrash = told.filter(
            ({ requestId, refusal }) =>
              refusal === null && !bookedAtMs.has(requestId) && !dropped.has(requestId),
          );
          const endedAtMs = lostByACrash.map(({ pushedAtMs }) => pushedAtMs);
          if (endedAtMs.length > 0)
            expect(Math.max(...endedAtMs) - Math.min(...endedAtMs)).toBeLessThan(mostUnbookedMs);
        }
        await vi.advanceTimersByTimeAsync(120_000);
      },
    ),
    { numRuns: 150 },
  );
});

test('a mistake of ours in booking one request is not repeated', async () => {
  const { queue, dropped, attempts } = aQueue('strict', [{ fate: 'mistake', tookMs: 0 }]);
  const told = push(queue, 'r', 600_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await told).toMatchObject({ refusal: null });
  expect(attempts()).toBe(1);
  expect(dropped.get('r')).toBe('given_away');
});
