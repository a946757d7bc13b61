import fc from 'fast-check';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { LedgerModel } from '../../testing/ledger-model.ts';
import { asTransfers, wishes } from '../../testing/ledger-traffic.ts';
import { test } from '../../testing/test.ts';
import { fundWallet } from '../../testing/wallets.ts';
import {
  checkLedger,
  createLedgerWriter,
  type LedgerWriter,
  placeHold,
  postTransfers,
  reverseGroup,
  type Transfer,
  walletBalance,
} from './index.ts';

type Outcome = 'created' | 'exists' | 'refused';

async function outcomeOf(work: Promise<readonly { outcome: 'created' | 'exists' }[]>): Promise<Outcome> {
  try {
    return (await work)[0]?.outcome ?? 'refused';
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return 'refused';
    throw error;
  }
}

async function expectBalanced(ctx: Ctx): Promise<void> {
  expect(await checkLedger(asSystem(ctx, 'test'))).toMatchObject({ sumMicros: 0n, mismatches: [] });
}

async function balances(ctx: Ctx, tenantIds: readonly string[]) {
  return Promise.all(tenantIds.map((tenantId) => walletBalance({ ...ctx, tenantId })));
}

const spend = (tenantId: string | null, amountMicros: bigint, id = newId('tr')): Transfer => ({
  id,
  kind: 'post',
  code: 'usage',
  debit: `cash:${tenantId}`,
  credit: 'revenue:test',
  amountMicros,
  refType: 'test',
  refId: id,
});

test(
  'L1 L2 L3 L4 L5 one after another, PostgreSQL decides like the simplest ledger',
  { timeout: 60_000 },
  async ({ ctx }) => {
    const system = asSystem(ctx, 'test');
    const writer = createLedgerWriter(system, { lingerMs: 0 });
    await fc.assert(
      fc.asyncProperty(wishes(25), fc.boolean(), async (list, isBatched) => {
        const tenantIds = [newTimelessId('tenant'), newTimelessId('tenant')];
        const model = new LedgerModel();
        for (const transfer of asTransfers(list, tenantIds, newId('tr'))) {
          const outcome = await outcomeOf(
            isBatched ? writer.post([transfer]) : postTransfers(system, [transfer]),
          );
          expect(outcome).toBe(model.offer(transfer));
        }
        for (const [index, { balanceMicros, heldMicros }] of (await balances(ctx, tenantIds)).entries()) {
          expect({ balanceMicros, heldMicros }).toEqual({
            balanceMicros: model.posted(`cash:${tenantIds[index]}`),
            heldMicros: model.held(`cash:${tenantIds[index]}`),
          });
        }
      }),
      { numRuns: 15 },
    );
    await writer.close();
    await expectBalanced(ctx);
  },
);

test(
  'L1 L2 L3 L4 L5 L6 any interleaving of two writers and single calls keeps the books',
  { timeout: 60_000 },
  async ({ ctx }) => {
    const system = asSystem(ctx, 'test');
    const writers: LedgerWriter[] = [
      createLedgerWriter(system),
      createLedgerWriter(system, { lingerMs: 0, maxTransfers: 5 }),
    ];
    await fc.assert(
      fc.asyncProperty(wishes(60), async (list) => {
        const tenantIds = [newTimelessId('tenant'), newTimelessId('tenant')];
        const transfers = asTransfers(list, tenantIds, newId('tr'));
        const outcomes = await Promise.all(
          transfers.map((transfer, index) =>
            outcomeOf(
              index % 3 === 2
                ? postTransfers(system, [transfer])
                : (writers[index % 3]?.post([transfer]) ?? Promise.resolve([])),
            ),
          ),
        );
        const created = transfers.filter((_, index) => outcomes[index] === 'created');
        expect(new Set(created.map(({ id }) => id)).size).toBe(created.length);
        const found = await balances(ctx, tenantIds);
        for (const [index, { balanceMicros, heldMicros, availableMicros }] of found.entries()) {
          const cash = `cash:${tenantIds[index]}`;
          const holdIds = new Set(
            created.flatMap((transfer) =>
              transfer.kind === 'hold' && transfer.debit === cash ? [transfer.id] : [],
            ),
          );
          const sum = (pick: (transfer: Transfer) => bigint) =>
            created.reduce((total, transfer) => total + pick(transfer), 0n);
          const paidIn = sum((transfer) =>
            transfer.kind === 'post' && transfer.credit === cash ? transfer.amountMicros : 0n,
          );
          const spent = sum((transfer) =>
            transfer.kind === 'post' && transfer.debit === cash
              ? transfer.amountMicros
              : transfer.kind === 'capture' && holdIds.has(transfer.holdId)
                ? transfer.amountMicros
                : 0n,
          );
          expect(balanceMicros).toBe(paidIn - spent);
          expect(availableMicros >= 0n && heldMicros >= 0n).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
    await Promise.all(writers.map((writer) => writer.close()));
    await expectBalanced(ctx);
  },
);

test('L6 64 clients at once never overspend one small balance: accepted + rejected = sent', async ({
  ctx,
}) => {
  await fundWallet(ctx, 1000n);
  const system = asSystem(ctx, 'test');
  const writers = [createLedgerWriter(system), createLedgerWriter(system)];
  const client = async (_: unknown, number: number) => {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 25; i += 1) {
      const transfer = spend(ctx.tenantId, 1n);
      outcomes.push(
        await outcomeOf(
          number % 8 === 0
            ? postTransfers(system, [transfer])
            : (writers[number % 2]?.post([transfer]) ?? Promise.resolve([])),
        ),
      );
    }
    return outcomes;
  };
  const outcomes = (await Promise.all(Array.from({ length: 64 }, client))).flat();
  await Promise.all(writers.map((writer) => writer.close()));
  expect(outcomes).toHaveLength(1600);
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1000);
  expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(600);
  expect(await walletBalance(ctx)).toMatchObject({ balanceMicros: 0n, availableMicros: 0n });
  await expectBalanced(ctx);
});

test('L4 the same transfer sent 40 times at once is booked once; other content under its id has no effect', async ({
  ctx,
}) => {
  await fundWallet(ctx, 100n);
  const system = asSystem(ctx, 'test');
  const writer = createLedgerWriter(system);
  const transfer = spend(ctx.tenantId, 7n);
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      outcomeOf(index % 2 === 0 ? writer.post([transfer]) : postTransfers(system, [transfer])),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'exists')).toHaveLength(39);
  for (const other of [
    { ...transfer, amountMicros: 8n },
    { ...transfer, credit: 'revenue:other' },
    { ...transfer, debit: `cash:${newTimelessId('tenant')}` },
    { ...transfer, refId: 'x' },
  ]) {
    await expect(postTransfers(system, [other])).rejects.toMatchObject({ code: 'wallet.transfer_differs' });
  }
  await writer.close();
  expect((await walletBalance(ctx)).balanceMicros).toBe(93n);
});

test('L5 a hold that is captured, voided and expired at once ends exactly once', async ({ ctx }) => {
  const system = asSystem(ctx, 'test');
  await fundWallet(ctx, 1000n);
  for (let round = 0; round < 10; round += 1) {
    const holdId = newId('lease');
    await placeHold(system, {
      holdId,
      tenantId: ctx.tenantId ?? '',
      amountMicros: 10n,
      expiresAt: new Date('2100-01-01'),
      reason: 'test',
    });
    const common = { code: 'usage', holdId, refType: 'test', refId: 'x' } as const;
    const ends: Transfer[] = [
      { ...common, id: `${holdId}:v1`, kind: 'void' },
      { ...common, id: `${holdId}:v2`, kind: 'void' },
      { ...common, id: `${holdId}:e`, kind: 'expire' },
    ];
    const captures: Transfer[] = [4n, 4n, 4n].map((amountMicros, index) => ({
      ...common,
      id: `${holdId}:c${index}`,
      kind: 'capture',
      credit: 'revenue:test',
      amountMicros,
    }));
    const outcomes = await Promise.all(
      [...ends, ...captures].map((transfer) => outcomeOf(postTransfers(system, [transfer]))),
    );
    expect(outcomes.slice(0, 3).filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.slice(3).filter((outcome) => outcome === 'created').length).toBeLessThanOrEqual(2);
  }
  expect((await walletBalance(ctx)).heldMicros).toBe(0n);
  await expectBalanced(ctx);
});

test('L7 a reversed group leaves every balance as it was before', async ({ ctx, database }) => {
  const system = asSystem(ctx, 'test');
  const amount = fc.bigInt({ min: 1n, max: 1_000_000n });
  await fc.assert(
    fc.asyncProperty(fc.array(amount, { minLength: 1, maxLength: 5 }), async (amounts) => {
      const tenantId = newTimelessId('tenant');
      const groupId = newId('tr');
      await fundWallet(
        { ...ctx, tenantId },
        amounts.reduce((sum, micros) => sum + micros, 0n),
      );
      const before = await allBalances();
      await postTransfers(
        system,
        amounts.map((micros, index) => ({ ...spend(tenantId, micros, `${groupId}:${index}`), groupId })),
      );
      const reversed = await reverseGroup(system, { groupId, reversalId: `${groupId}:r` });
      expect(await allBalances()).toEqual(before);
      expect(reversed.map(({ outcome }) => outcome)).toEqual(amounts.map(() => 'created'));
      const again = await reverseGroup(system, { groupId, reversalId: `${groupId}:r` });
      expect(again.every(({ outcome }) => outcome === 'exists')).toBe(true);
      await expect(reverseGroup(system, { groupId, reversalId: `${groupId}:other` })).rejects.toMatchObject({
        code: 'wallet.group_not_reversible',
        fields: { groupId },
      });
      expect(await allBalances()).toEqual(before);
    }),
    { numRuns: 8 },
  );
  await expectBalanced(ctx);

  async function allBalances(): Promise<Map<string, bigint>> {
    const { rows } = await database.admin.query<{ id: string; posted: bigint }>(
      'select id, posted_micros as posted from wallet.accounts where posted_micros <> 0',
    );
    return new Map(rows.map(({ id, posted }) => [id, posted]));
  }
});
