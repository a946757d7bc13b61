import { expect, test } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { createWalletLeases, type LeaseBank } from './wallet-leases.ts';

// How a lease begins, is kept, is spent in pieces and ends.

/** A wallet that writes down what it is asked, and waits or fails as a test says. */
function aWallet(balanceMicros: bigint) {
  const state = {
    freeMicros: balanceMicros,
    nowMs: 0,
    expired: new Set<string>(),
    givingBack: null as Error | null,
    lending: null as Error | null,
    looking: Promise.resolve(),
  };
  const lent: bigint[] = [];
  const returned: string[] = [];
  const renewed: (readonly string[])[] = [];
  const refused: [bigint, bigint][] = [];
  const logged: string[] = [];
  const bank: LeaseBank = {
    async availableMicros() {
      await state.looking;
      return state.freeMicros;
    },
    async lend(_tenantId, amountMicros) {
      if (state.lending !== null) throw state.lending;
      if (amountMicros > state.freeMicros) throw new Error('lent more than there is');
      state.freeMicros -= amountMicros;
      lent.push(amountMicros);
      return `lease${lent.length}`;
    },
    refusal(neededMicros, availableMicros) {
      refused.push([neededMicros, availableMicros]);
      return new Error('insufficient');
    },
    async giveBack(_tenantId, leaseId) {
      if (state.givingBack !== null) throw state.givingBack;
      returned.push(leaseId);
    },
    async renew(leaseIds) {
      renewed.push(leaseIds);
      return new Set(leaseIds.filter((id) => !state.expired.has(id)));
    },
  };
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const leases = createWalletLeases(bank, log, () => state.nowMs);
  const said = (text: string) => logged.filter((line) => line.includes(text)).length;
  return { leases, state, lent, returned, renewed, refused, said };
}

const amounts = (spendings: readonly { leaseId: string; micros: bigint }[]) =>
  spendings.map(({ leaseId, micros }) => [leaseId, micros]);

test('a hold may lie in several leases, and its cost is taken from them in order, each its own part', async () => {
  const { leases, lent } = aWallet(150n);
  const first = await leases.hold('t', 10n);
  const second = await leases.hold('t', 20n);
  expect(lent).toEqual([10n, 20n]);
  leases.spend(first, 0n);
  leases.spend(second, 0n);
  const both = leases.tryHold('t', 25n);
  if (both === null) throw new Error('30 are here');
  expect(leases.tryHold('t', 6n), '5 are left').toBeNull();
  const spendings = leases.spend(both, 12n);
  expect(amounts(spendings)).toEqual([
    ['lease1', 10n],
    ['lease2', 2n],
  ]);
  expect(leases.tryHold('t', 18n)?.heldMicros, 'the rest is free again').toBe(18n);
  expect(leases.tryHold('t', 1n), 'and no more than the rest').toBeNull();
});

test('a cost that the first lease covers is taken from it alone', async () => {
  const { leases } = aWallet(150n);
  const [first, second] = [await leases.hold('t', 10n), await leases.hold('t', 20n)];
  leases.spend(first, 0n);
  leases.spend(second, 0n);
  const both = await leases.hold('t', 30n);
  expect(both.parts).toHaveLength(2);
  expect(amounts(leases.spend(both, 10n))).toEqual([['lease1', 10n]]);
});

test('a hold that grew is spent like one, and a request may spend all that it holds', async () => {
  const { leases } = aWallet(1000n);
  const hold = await leases.hold('t', 10n);
  await leases.grow(hold, 30n);
  expect(hold.heldMicros).toBe(40n);
  expect(leases.spend(hold, 40n).reduce((sum, { micros }) => sum + micros, 0n)).toBe(40n);
  expect(hold.heldMicros).toBe(0n);
  expect(() => leases.spend(hold, -1n)).toThrow('more than it holds');
});

test('a request that finds others waiting waits behind them, even for money that is here', async () => {
  const { leases, state } = aWallet(200n);
  leases.spend(await leases.hold('t', 10n), 0n);
  let open = () => {};
  state.looking = new Promise((resolve) => (open = resolve));
  const large = leases.hold('t', 50n);
  expect(leases.tryHold('t', 5n)).toBeNull();
  const small = leases.hold('t', 5n);
  open();
  expect([(await large).heldMicros, (await small).heldMicros]).toEqual([50n, 5n]);
});

test('money that comes free while the wallet is looked at serves those who wait, and nothing is borrowed for them', async () => {
  const { leases, state, lent } = aWallet(100n);
  const first = await leases.hold('t', 20n);
  let open = () => {};
  state.looking = new Promise((resolve) => (open = resolve));
  const waiting = leases.hold('t', 20n);
  leases.spend(first, 0n);
  open();
  expect((await waiting).heldMicros).toBe(20n);
  expect(lent).toEqual([20n]);
});

test('a refusal says what was needed and what there is, leases included', async () => {
  const { leases, refused } = aWallet(100n);
  leases.spend(await leases.hold('t', 30n), 0n);
  await expect(leases.hold('t', 101n)).rejects.toThrow('insufficient');
  expect(refused).toEqual([[101n, 100n]]);
  expect((await leases.hold('t', 100n)).heldMicros).toBe(100n);
});

test('a lease that cannot be borrowed fails the requests that wait for it, and no later one', async () => {
  const { leases, state } = aWallet(100n);
  state.lending = new Error('away');
  const failed = await Promise.allSettled([leases.hold('t', 10n), leases.hold('t', 20n)]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  state.lending = null;
  expect((await leases.hold('t', 10n)).heldMicros).toBe(10n);
});

test('the next lease lasts for two seconds of what was spent since the last one, over a second at least', async () => {
  const { leases, state, lent } = aWallet(10_000_000n);
  const spendAll = async (spendingMicros: bigint) => {
    const hold = await leases.hold('t', spendingMicros);
    leases.settled(leases.spend(hold, spendingMicros));
  };
  await spendAll(1000n);
  expect(lent, 'four of the largest request').toEqual([4000n]);
  for (let turn = 0; turn < 3; turn += 1) await spendAll(1000n);
  state.nowMs = 500;
  await spendAll(1000n);
  expect(lent, 'two seconds of 4,000 in what counts as one').toEqual([4000n, 8000n]);
  for (let turn = 0; turn < 7; turn += 1) await spendAll(1000n);
  state.nowMs = 2500;
  await spendAll(1000n);
  expect(lent.at(-1), 'two seconds of 8,000 in two').toBe(8000n);
  for (let turn = 0; turn < 7; turn += 1) await spendAll(1000n);
  state.nowMs = 42_500;
  await spendAll(1000n);
  expect(lent.at(-1), 'hardly anything was spent in forty seconds').toBe(4000n);
});

test('a lease is for four of the largest requests, also when a small one takes it', async () => {
  const { leases, lent } = aWallet(10_000_000n);
  for (let turn = 0; turn < 4; turn += 1) await leases.hold('t', 1000n);
  await leases.hold('t', 10n);
  expect(lent).toEqual([4000n, 4000n]);
});

test('a lease that is used up goes back at once, one with money in it when its tenant has been idle for 5 s', async () => {
  const { leases, state, returned } = aWallet(100n);
  const [used, kept] = [await leases.hold('t', 10n), await leases.hold('t', 20n)];
  const spent = leases.spend(used, 10n);
  await leases.returnIdle();
  expect(returned, 'it is not in the books yet').toEqual([]);
  leases.settled(spent);
  await leases.returnIdle();
  expect(returned).toEqual(['lease1']);
  state.nowMs = 100_000;
  leases.spend(kept, 0n);
  state.nowMs = 104_999;
  await leases.returnIdle();
  expect(returned).toEqual(['lease1']);
  state.nowMs = 105_000;
  await leases.returnIdle();
  expect(returned).toEqual(['lease1', 'lease2']);
});

test('asking for money is use: the tenant is not idle', async () => {
  const { leases, state, returned } = aWallet(100n);
  leases.spend(await leases.hold('t', 10n), 0n);
  state.nowMs = 4000;
  leases.tryHold('t', 50n);
  state.nowMs = 5000;
  await leases.returnIdle();
  expect(returned).toEqual([]);
});

test('a tenant that waits for money is not idle, however long it takes', async () => {
  const { leases, state, returned } = aWallet(100n);
  leases.spend(await leases.hold('t', 10n), 0n);
  let open = () => {};
  state.looking = new Promise((resolve) => (open = resolve));
  const waiting = leases.hold('t', 30n);
  state.nowMs = 60_000;
  await leases.returnIdle();
  expect(returned).toEqual([]);
  open();
  expect((await waiting).heldMicros).toBe(30n);
});

test('an idle tenant is forgotten: its next lease knows nothing of its largest request; a tenant with a request is not', async () => {
  const { leases, state, lent } = aWallet(1_000_000n);
  const large = await leases.hold('t', 1000n);
  state.nowMs = 5000;
  await leases.returnIdle();
  leases.spend(large, large.heldMicros);
  await leases.hold('t', 3100n);
  expect(lent).toEqual([4000n, 12_400n]);
  const forgotten = aWallet(1_000_000n);
  forgotten.leases.settled(forgotten.leases.spend(await forgotten.leases.hold('t', 1000n), 0n));
  forgotten.state.nowMs = 5000;
  await forgotten.leases.returnIdle();
  expect(forgotten.returned).toEqual(['lease1']);
  await forgotten.leases.hold('t', 10n);
  expect(forgotten.lent).toEqual([4000n, 40n]);
});

test('leases are renewed together, and one that expired is not spent from any more', async () => {
  const { leases, state, renewed, said } = aWallet(100n);
  await leases.renew();
  expect(renewed, 'there is none').toEqual([]);
  leases.spend(await leases.hold('t', 10n), 0n);
  leases.spend(await leases.hold('other', 20n), 0n);
  await leases.renew();
  expect([renewed, said('expired while it was in use')]).toEqual([[['lease1', 'lease2']], 0]);
  state.expired.add('lease1');
  await leases.renew();
  expect(said('"leaseId":"lease1"')).toBe(1);
  expect([leases.tryHold('t', 10n), leases.tryHold('other', 20n)?.heldMicros]).toEqual([null, 20n]);
  await leases.renew();
  expect(renewed.at(-1)).toEqual(['lease2']);
});

test('a lease that cannot be given back is not used again, and the log tells a mistake of ours from a database that is away', async () => {
  const away = aWallet(100n);
  away.leases.spend(await away.leases.hold('t', 10n), 0n);
  away.state.givingBack = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  away.state.nowMs = 5000;
  await away.leases.returnIdle();
  expect(away.leases.tryHold('t', 1n)).toBeNull();
  expect([away.said('lease not given back'), away.said('because of a mistake')]).toEqual([1, 0]);
  const wrong = aWallet(100n);
  wrong.leases.spend(await wrong.leases.hold('t', 10n), 0n);
  wrong.state.givingBack = new TypeError('a mistake');
  wrong.state.nowMs = 5000;
  await wrong.leases.returnIdle();
  expect([wrong.said('because of a mistake'), wrong.said('"leaseId":"lease1"')]).toEqual([1, 1]);
});

test('closing waits for what is being borrowed, and gives back what no request holds', async () => {
  const { leases, state, returned } = aWallet(100n);
  await leases.hold('busy', 10n);
  let open = () => {};
  state.looking = new Promise((resolve) => (open = resolve));
  const waiting = leases.hold('t', 20n).then((hold) => leases.spend(hold, 0n));
  const closing = leases.close();
  open();
  await waiting;
  await closing;
  expect(returned).toEqual(['lease2']);
});
