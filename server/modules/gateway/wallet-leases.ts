import { isPassingFault } from '../../kernel/database-faults.ts';
import type { Log } from '../../kernel/log.ts';
import { minMicros } from '../../kernel/money.ts';
import {
  availableIn,
  type Hold,
  isUnused,
  type Lease,
  type LeaseSpending,
  newPurse,
  type Purse,
  spendParts,
  takeFrom,
  type WhenShort,
} from './purse.ts';
import { sliceMicros } from './slice-size.ts';

export type { Hold, LeaseSpending } from './purse.ts';

/** The wallet as the leases need it. */
export interface LeaseBank {
  /** What a tenant could still reserve. */
  availableMicros(tenantId: string): Promise<bigint>;
  /** Reserves money; answers the id of the reservation, null when it is not there any more. */
  lend(tenantId: string, amountMicros: bigint): Promise<string | null>;
  /** What is thrown at a request that the wallet cannot cover. */
  refusal(neededMicros: bigint, availableMicros: bigint): Error;
  /** Gives back what is left of a reservation. */
  giveBack(tenantId: string, leaseId: string): Promise<void>;
  /** Keeps reservations from expiring; answers those that are still there. */
  renew(leaseIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface WalletLeases {
  /** Reserves from money that is already here; null when that does not suffice or others wait before. */
  tryHold(tenantId: string, neededMicros: bigint): Hold | null;
  /**
   * Reserves, borrowing from the wallet when needed; less than is needed only where `whenShort` says what suffices.
   * @throws `wallet.insufficient_balance`
   */
  hold(tenantId: string, neededMicros: bigint, whenShort?: WhenShort): Promise<Hold>;
  /** Adds to a reservation of a request that turns out longer, or what is there. @throws `wallet.insufficient_balance` when nothing is. */
  grow(hold: Hold, moreMicros: bigint): Promise<void>;
  /** Ends a reservation: `costMicros`, at most what is held, is spent, the rest is free again. */
  spend(hold: Hold, costMicros: bigint): LeaseSpending[];
  /** What was spent is in the books now. */
  settled(spendings: readonly LeaseSpending[]): void;
  /** Gives back the leases of tenants that have not asked for a while, and those that are used up. */
  returnIdle(): Promise<void>;
  /** Keeps the leases in use from expiring. */
  renew(): Promise<void>;
  /** Gives everything back that no request holds. */
  close(): Promise<void>;
}

const idleMs = 5000;
/** How often in a row other gateways may be faster before the first request that waits is refused, and then one each time. */
const maxLost = 8;

export function createWalletLeases(bank: LeaseBank, log: Log, nowMs: () => number): WalletLeases {
  const purseByTenant = new Map<string, Purse>();

  function purseOf(tenantId: string): Purse {
    const existing = purseByTenant.get(tenantId);
    if (existing !== undefined) return existing;
    const purse = newPurse(tenantId, nowMs());
    purseByTenant.set(tenantId, purse);
    return purse;
  }
  function tryHold(tenantId: string, neededMicros: bigint): Hold | null {
    const purse = purseOf(tenantId);
    purse.lastUsedAtMs = nowMs();
    if (neededMicros > purse.largestHoldMicros) purse.largestHoldMicros = neededMicros;
    return purse.waiting.length > 0 ? null : takeFrom(purse, neededMicros);
  }
  function hold(tenantId: string, neededMicros: bigint, whenShort: WhenShort | null = null): Promise<Hold> {
    const atOnce = tryHold(tenantId, neededMicros);
    if (atOnce !== null) return Promise.resolve(atOnce);
    const purse = purseOf(tenantId);
    return new Promise((resolve, reject) => {
      purse.waiting.push({ neededMicros, whenShort, resolve, reject });
      if (!purse.isGranting) purse.granted = serveWaiting(bank, purse, nowMs);
    });
  }
  async function giveBack(purse: Purse, lease: Lease): Promise<void> {
    purse.leases = purse.leases.filter((other) => other !== lease);
    try {
      await bank.giveBack(purse.tenantId, lease.id);
    } catch (error) {
      const said = { err: error, leaseId: lease.id };
      if (isPassingFault(error)) log.warn(said, 'lease not given back; it expires by itself');
      else log.error(said, 'lease not given back because of a mistake; it expires by itself');
    }
  }
  function leasesToReturn(isIdle: (purse: Purse) => boolean): [Purse, Lease][] {
    return [...purseByTenant.values()].flatMap((purse) =>
      purse.leases
        .filter((lease) => isUnused(lease) && (lease.availableMicros === 0n || isIdle(purse)))
        .map((lease): [Purse, Lease] => [purse, lease]),
    );
  }

  return {
    tryHold,
    hold,
    async grow(grown, wishedMicros) {
      const moreMicros = withinBound(grown, wishedMicros);
      if (moreMicros === 0n) throw bank.refusal(wishedMicros, 0n);
      const more = await hold(grown.tenantId, moreMicros, { enoughMicros: moreMicros, leastMicros: 1n });
      if (grown.isEnded === true) {
        spendParts(more, 0n);
        return;
      }
      grown.parts.push(...more.parts);
      grown.heldMicros += more.heldMicros;
    },
    spend(ended, costMicros) {
      const purse = purseOf(ended.tenantId);
      purse.lastUsedAtMs = nowMs();
      purse.spentMicros += costMicros;
      return spendParts(ended, costMicros);
    },
    settled(spendings) {
      for (const { lease, micros } of spendings) lease.unsettledMicros -= micros;
    },
    async returnIdle() {
      const isIdle = (purse: Purse) => nowMs() - purse.lastUsedAtMs >= idleMs && purse.waiting.length === 0;
      for (const [purse, lease] of leasesToReturn(isIdle)) await giveBack(purse, lease);
      for (const purse of purseByTenant.values()) {
        if (isIdle(purse) && purse.leases.length === 0 && !purse.isGranting)
          purseByTenant.delete(purse.tenantId);
      }
    },
    async renew() {
      const leases = [...purseByTenant.values()].flatMap((purse) => purse.leases);
      if (leases.length === 0) return;
      const open = await bank.renew(leases.map(({ id }) => id));
      for (const lease of leases) {
        if (open.has(lease.id)) continue;
        log.error({ leaseId: lease.id }, 'a lease expired while it was in use');
        for (const purse of purseByTenant.values())
          purse.leases = purse.leases.filter((other) => other !== lease);
      }
    },
    async close() {
      for (const purse of purseByTenant.values()) await purse.granted;
      for (const [purse, lease] of leasesToReturn(() => true)) await giveBack(purse, lease);
    },
  };
}

function withinBound({ mostMicros, heldMicros }: Hold, wishedMicros: bigint): bigint {
  if (mostMicros === undefined) return wishedMicros;
  const left = mostMicros > heldMicros ? mostMicros - heldMicros : 0n;
  return minMicros(left, wishedMicros);
}

/** Borrows for every waiting request, first come first served, and refuses those the wallet cannot cover. */
async function serveWaiting(bank: LeaseBank, purse: Purse, nowMs: () => number): Promise<void> {
  purse.isGranting = true;
  let lost = 0;
  for (;;) {
    serveFromHere(purse);
    if (purse.waiting.length === 0) break;
    try {
      lost = (await borrow(bank, purse, nowMs())) ? 0 : lost + 1;
      if (lost >= maxLost) refuseFirst(bank, purse);
    } catch (error) {
      purse.waiting.shift()?.reject(error);
    }
  }
  // In the same turn as the last look at the line, or a request that joins it meanwhile would wait for ever.
  purse.isGranting = false;
}

/** The others have left nothing. */
function refuseFirst(bank: LeaseBank, purse: Purse): void {
  const first = purse.waiting.shift();
  first?.reject(bank.refusal(first.neededMicros, 0n));
}

function serveFromHere(purse: Purse): void {
  for (let first = purse.waiting[0]; first !== undefined; first = purse.waiting[0]) {
    const hold = takeFrom(purse, first.neededMicros);
    if (hold === null) return;
    purse.waiting.shift();
    first.resolve(hold);
  }
}

/**
 * One look at the wallet decides for the whole line, so that refusing many costs no more than refusing one.
 * @returns false when another gateway was faster; the next look tells what it has left.
 */
async function borrow(bank: LeaseBank, purse: Purse, atMs: number): Promise<boolean> {
  const availableMicros = await bank.availableMicros(purse.tenantId);
  refuseUnpayable(bank, purse, availableMicros);
  const neededMicros =
    purse.waiting.reduce((sum, waiter) => sum + waiter.neededMicros, 0n) - availableIn(purse);
  // What is here has grown meanwhile, or is all there is: those it suffices for are served next.
  if (neededMicros <= 0n || availableMicros === 0n) return true;
  const amountMicros = sliceMicros({
    neededMicros,
    largestHoldMicros: purse.largestHoldMicros,
    spentPerSecondMicros: spentPerSecond(purse, atMs),
    availableMicros,
  });
  const id = await bank.lend(purse.tenantId, amountMicros);
  if (id === null) return false;
  purse.leases.push({ id, availableMicros: amountMicros, heldMicros: 0n, unsettledMicros: 0n });
  return true;
}

/** Refuses those for whom too little is there; those who can begin with less wait for that. */
function refuseUnpayable(bank: LeaseBank, purse: Purse, availableMicros: bigint): void {
  const mostMicros = availableMicros + availableIn(purse);
  for (const waiter of purse.waiting.splice(0)) {
    const { neededMicros, whenShort } = waiter;
    if (neededMicros > mostMicros && whenShort !== null && whenShort.leastMicros <= mostMicros)
      waiter.neededMicros = minMicros(whenShort.enoughMicros, mostMicros);
    if (waiter.neededMicros <= mostMicros) purse.waiting.push(waiter);
    else waiter.reject(bank.refusal(neededMicros, mostMicros));
  }
}

/** Average since the last lease, which is also the span the next one should last. */
function spentPerSecond(purse: Purse, atMs: number): bigint {
  const spanMs = BigInt(Math.max(1000, Math.round(atMs - purse.spentSinceMs)));
  const perSecondMicros = (purse.spentMicros * 1000n) / spanMs;
  purse.spentMicros = 0n;
  purse.spentSinceMs = atMs;
  return perSecondMicros;
}
