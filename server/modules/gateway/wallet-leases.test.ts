import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { sliceMicros } from './slice-size.ts';
import {
  createWalletLeases,
  type Hold,
  type LeaseBank,
  type LeaseSpending,
  type WalletLeases,
} from './wallet-leases.ts';

/** A wallet in memory that counts what it lends. */
function aBank(balanceMicros: bigint) {
  const lent = new Map<string, bigint>();
  const state = { freeMicros: balanceMicros, capturedMicros: 0n, lends: 0, looks: 0 };
  const bank: LeaseBank = {
    availableMicros() {
      state.looks += 1;
      return Promise.resolve(state.freeMicros);
    },
    lend(_tenantId, amountMicros) {
      if (state.freeMicros < amountMicros) return Promise.resolve(null);
      state.freeMicros -= amountMicros;
      state.lends += 1;
      lent.set(`lease${state.lends}`, amountMicros);
      return Promise.resolve(`lease${state.lends}`);
    },
    refusal: () => new Error('insufficient'),
    giveBack(_tenantId, leaseId) {
      state.freeMicros += lent.get(leaseId) ?? 0n;
      lent.delete(leaseId);
      return Promise.resolve();
    },
    renew: (leaseIds) => Promise.resolve(new Set(leaseIds)),
  };
  function capture(spendings: readonly LeaseSpending[]): void {
    for (const { leaseId, micros } of spendings) {
      const left = (lent.get(leaseId) ?? 0n) - micros;
      if (left < 0n) throw new Error('captured more than the lease');
      lent.set(leaseId, left);
      state.capturedMicros += micros;
    }
  }
  return { bank, state, lent, capture };
}

const command = fc.record({
  neededMicros: fc.bigInt(1n, 50n),
  costPercent: fc.integer({ min: 0, max: 100 }),
  grows: fc.boolean(),
  /** Of what is needed, with which it may begin. */
  leastPercent: fc.constantFrom(10n, 50n, 100n),
  gateway: fc.integer({ min: 0, max: 1 }),
});

test('whatever the requests, no more than the balance is ever spent and everything unspent comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt(0n, 600n),
      fc.array(command, { maxLength: 80 }),
      async (balanceMicros, commands) => {
        const { bank, state, lent, capture } = aBank(balanceMicros);
        const clock = { ms: 0 };
        const gateways = [0, 1].map(() => createWalletLeases(bank, createLog('silent'), () => clock.ms));
        const served = await Promise.allSettled(
          commands.map(async ({ neededMicros, costPercent, grows, leastPercent, gateway }) => {
            const leases = gateways[gateway] as WalletLeases;
            const leastMicros = (neededMicros * leastPercent + 99n) / 100n;
            const hold = await leases.hold('tenant', neededMicros, {
              leastMicros,
              enoughMicros: leastMicros,
            });
            expect(hold.heldMicros).toBeGreaterThanOrEqual(leastMicros);
            expect(hold.heldMicros).toBeLessThanOrEqual(neededMicros);
            if (grows) await leases.grow(hold, neededMicros).catch(() => {});
            const spent = endRequest(leases, hold, costPercent);
            leases.settled(spent);
            return spent;
          }),
        );
        for (const result of served)
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ message: 'insufficient' });
        const spendings = served.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
        capture(spendings);
        clock.ms += 5000;
        for (const leases of gateways) await leases.returnIdle();
        expect(lent.size).toBe(0);
        expect(state.freeMicros + state.capturedMicros).toBe(balanceMicros);
        expect(state.capturedMicros).toBe(spendings.reduce((sum, { micros }) => sum + micros, 0n));
      },
    ),
  );
});

function endRequest(
  leases: ReturnType<typeof createWalletLeases>,
  hold: Hold,
  costPercent: number,
): LeaseSpending[] {
  return leases.spend(hold, (hold.heldMicros * BigInt(costPercent)) / 100n);
}

test('many requests of a full wallet share one lease', async () => {
  const { bank, state } = aBank(1_000_000n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  await Promise.all(Array.from({ length: 64 }, () => leases.hold('tenant', 100n)));
  expect(state.lends).toBeLessThanOrEqual(2);
});

test('the last money of a wallet is all usable: 64 requests of 10 on a balance of 205 are 20 served and 44 refused', async () => {
  const { bank, state } = aBank(205n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const results = await Promise.allSettled(Array.from({ length: 64 }, () => leases.hold('tenant', 10n)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  // Refusing 44 costs a look or two at the wallet, not 44.
  expect(state.looks).toBeLessThanOrEqual(3);
});

test('a large request at the head of the line does not take small ones down with it', async () => {
  const { bank } = aBank(50n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const results = await Promise.allSettled([
    leases.hold('tenant', 100n),
    leases.hold('tenant', 40n),
    leases.hold('tenant', 10n),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test('a request that can begin with less gets what is there, and a usual start where others need money too', async () => {
  const { bank } = aBank(100n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const held = async (enoughMicros: bigint) =>
    (await leases.hold('tenant', 1000n, { enoughMicros, leastMicros: 5n })).heldMicros;
  expect(await held(30n)).toBe(30n);
  expect(await held(1000n)).toBe(70n);
  await expect(held(30n)).rejects.toThrow('insufficient');
  const just = createWalletLeases(aBank(100n).bank, createLog('silent'), () => 0);
  const all = await just.hold('tenant', 100n, { enoughMicros: 30n, leastMicros: 5n });
  expect(all.heldMicros, 'all that it needs is there').toBe(100n);
});

test('a hold grows by what is there, and only an empty wallet refuses', async () => {
  const { bank } = aBank(100n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const hold = await leases.hold('tenant', 60n);
  await leases.grow(hold, 39n);
  await leases.grow(hold, 60n);
  expect(hold.heldMicros, 'the last micro-yuan is enough to grow by').toBe(100n);
  await expect(leases.grow(hold, 60n)).rejects.toThrow('insufficient');
});

test('money that arrives for a request that is over is free again', async () => {
  const { bank, lent, state } = aBank(100n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const hold = await leases.hold('tenant', 10n);
  const growing = leases.grow(hold, 40n);
  const spendings = leases.spend(hold, 10n);
  await growing;
  leases.settled(spendings);
  await leases.close();
  expect([lent.size, hold.heldMicros, state.freeMicros]).toEqual([0, 0n, 100n]);
});

test('a gateway that others are always faster than refuses in the end', async () => {
  const { bank } = aBank(100n);
  const refused: [bigint, bigint][] = [];
  const refusal: LeaseBank['refusal'] = (...micros) => {
    refused.push(micros);
    return new Error('insufficient');
  };
  const leases = createWalletLeases(
    { ...bank, refusal, lend: () => Promise.resolve(null) },
    createLog('silent'),
    () => 0,
  );
  await expect(leases.hold('tenant', 10n)).rejects.toThrow('insufficient');
  expect(refused, 'it needed 10, and the others left nothing').toEqual([[10n, 0n]]);
});

test('other gateways may be faster seven times in a row, and for the next request seven times anew; at the eighth a request is refused', async () => {
  const { bank } = aBank(1000n);
  let losses = 0;
  const joined: Promise<Hold>[] = [];
  const lend: LeaseBank['lend'] = (tenantId, amountMicros) => {
    if (losses > 0) {
      losses -= 1;
      return Promise.resolve(null);
    }
    // The next request joins the line while this loan is under way.
    if (joined.length === 0) {
      joined.push(leases.hold('tenant', 200n));
      losses = 7;
    }
    return bank.lend(tenantId, amountMicros);
  };
  const leases = createWalletLeases({ ...bank, lend }, createLog('silent'), () => 0);
  losses = 7;
  expect((await leases.hold('tenant', 100n)).heldMicros).toBe(100n);
  expect(await Promise.all(joined)).toMatchObject([{ heldMicros: 200n }]);
  losses = 8;
  await expect(leases.hold('tenant', 100n)).rejects.toThrow('insufficient');
});

test('a request for which money comes free here, after seven losses, is served and not refused', async () => {
  const { bank } = aBank(1000n);
  const state = { isLost: false, looks: 0, atEighthLook: () => {} };
  const leases = createWalletLeases(
    {
      ...bank,
      availableMicros(tenantId) {
        state.looks += 1;
        if (state.looks === 8) state.atEighthLook();
        return bank.availableMicros(tenantId);
      },
      lend: (...loan) => (state.isLost ? Promise.resolve(null) : bank.lend(...loan)),
    },
    createLog('silent'),
    () => 0,
  );
  const first = await leases.hold('tenant', 100n);
  Object.assign(state, { isLost: true, looks: 0, atEighthLook: () => leases.spend(first, 0n) });
  expect((await leases.hold('tenant', 100n)).heldMicros).toBe(100n);
  expect(state.looks).toBe(8);
});

test('each request that waits while others are always faster is refused in the end, not only the first', async () => {
  const { bank } = aBank(100n);
  let looks = 0;
  const looking = () => {
    looks += 1;
    if (looks > 100) throw new Error('looked for ever');
    return Promise.resolve(100n);
  };
  const leases = createWalletLeases(
    { ...bank, availableMicros: looking, lend: () => Promise.resolve(null) },
    createLog('silent'),
    () => 0,
  );
  const answers = await Promise.allSettled([1n, 2n, 3n].map((micros) => leases.hold('tenant', micros)));
  expect(answers).toMatchObject(
    [1, 2, 3].map(() => ({ status: 'rejected', reason: { message: 'insufficient' } })),
  );
});

test('a request cannot spend more than it holds, nor end twice', async () => {
  const { bank } = aBank(1000n);
  const leases = createWalletLeases(bank, createLog('silent'), () => 0);
  const hold = await leases.hold('tenant', 10n);
  expect(() => leases.spend(hold, 11n)).toThrow('more than it holds');
  expect(leases.spend(hold, 4n)).toHaveLength(1);
  expect(leases.spend(hold, 0n)).toHaveLength(0);
  expect(() => leases.spend(hold, 1n)).toThrow('more than it holds');
});

test('a lease in use is not given back, an idle one is', async () => {
  const { bank, lent } = aBank(1_000_000n);
  const clock = { ms: 0 };
  const leases = createWalletLeases(bank, createLog('silent'), () => clock.ms);
  const hold = await leases.hold('tenant', 10n);
  clock.ms = 60_000;
  await leases.returnIdle();
  expect(lent.size).toBe(1);
  leases.settled(leases.spend(hold, 0n));
  clock.ms = 64_999;
  await leases.returnIdle();
  expect(lent.size).toBe(1);
  clock.ms = 65_000;
  await leases.returnIdle();
  expect(lent.size).toBe(0);
});

test('a slice covers two seconds of spending, but never more than a twentieth of the wallet unless one request needs it', () => {
  const usual = {
    neededMicros: 10n,
    largestHoldMicros: 10n,
    spentPerSecondMicros: 1000n,
    availableMicros: 1_000_000n,
  };
  expect(sliceMicros(usual)).toBe(2000n);
  expect(sliceMicros({ ...usual, spentPerSecondMicros: 0n })).toBe(40n);
  expect(sliceMicros({ ...usual, availableMicros: 20_000n })).toBe(1000n);
  expect(sliceMicros({ ...usual, availableMicros: 199n })).toBe(10n);
  expect(sliceMicros({ ...usual, availableMicros: 7n })).toBe(7n);
  expect(sliceMicros({ ...usual, neededMicros: 100n, availableMicros: 2060n })).toBe(103n);
});
