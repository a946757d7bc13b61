import { isPassingFault } from '../../kernel/database-faults.ts';
import type { Log } from '../../kernel/log.ts';
import { sliceMicros } from './slice-size.ts';

/** The wallet as the leases need it. */
export interface LeaseBank {
  /** What a tenant could still reserve. */
  availableMicros(tenantId: string): Promise<bigint>;
  /** Reserves money; answers the id of the reservation. @throws `wallet.insufficient_balance` */
  lend(tenantId: string, amountMicros: bigint): Promise<string>;
  /** What is thrown at a request that the wallet cannot cover. */
  refusal(neededMicros: bigint, availableMicros: bigint): Error;
  /** Gives back what is left of a reservation. */
  giveBack(tenantId: string, leaseId: string): Promise<void>;
  /** Keeps reservations from expiring; answers those that are still there. */
  renew(leaseIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Money taken out of one wallet for many requests, so that a request costs no database round trip. */
interface Lease {
  readonly id: string;
  /** Free for the next request. */
  availableMicros: bigint;
  /** Reserved by requests that are being served. */
  heldMicros: bigint;
  /** Spent by requests that are over, not yet in the books. */
  unsettledMicros: bigint;
}

/** Every lease of one tenant in this process, and the requests that wait for the next one. */
interface Purse {
  readonly tenantId: string;
  leases: Lease[];
  readonly waiting: Waiter[];
  /** One request borrows for all that wait. */
  isGranting: boolean;
  granted: Promise<void>;
  lastUsedAtMs: number;
  largestHoldMicros: bigint;
  spentMicros: bigint;
  spentSinceMs: number;
}

interface Waiter {
  readonly neededMicros: bigint;
  readonly resolve: (hold: Hold) => void;
  readonly reject: (reason: unknown) => void;
}

/** Money reserved for one request. */
export interface Hold {
  readonly tenantId: string;
  heldMicros: bigint;
  readonly parts: HoldPart[];
}
interface HoldPart {
  readonly lease: Lease;
  micros: bigint;
}

/** Part of a lease that a finished request has used up. */
export interface LeaseSpending {
  readonly leaseId: string;
  readonly micros: bigint;
  readonly lease: Lease;
}

export interface WalletLeases {
  /** Reserves from money that is already here; null when that does not suffice or others wait before. */
  tryHold(tenantId: string, neededMicros: bigint): Hold | null;
  /** Reserves, borrowing from the wallet when needed. @throws `wallet.insufficient_balance` */
  hold(tenantId: string, neededMicros: bigint): Promise<Hold>;
  /** Adds to a reservation of a request that turns out longer. @throws `wallet.insufficient_balance` */
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
  function hold(tenantId: string, neededMicros: bigint): Promise<Hold> {
    const atOnce = tryHold(tenantId, neededMicros);
    if (atOnce !== null) return Promise.resolve(atOnce);
    const purse = purseOf(tenantId);
    return new Promise((resolve, reject) => {
      purse.waiting.push({ neededMicros, resolve, reject });
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
    async grow(grown, moreMicros) {
      const more = await hold(grown.tenantId, moreMicros);
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

function newPurse(tenantId: string, nowMs: number): Purse {
  return {
    tenantId,
    leases: [],
    waiting: [],
    isGranting: false,
    granted: Promise.resolve(),
    lastUsedAtMs: nowMs,
    largestHoldMicros: 0n,
    spentMicros: 0n,
    spentSinceMs: nowMs,
  };
}

function isUnused(lease: Lease): boolean {
  return lease.heldMicros === 0n && lease.unsettledMicros === 0n;
}

/** Borrows for every waiting request, first come first served, and refuses those the wallet cannot cover. */
async function serveWaiting(bank: LeaseBank, purse: Purse, nowMs: () => number): Promise<void> {
  purse.isGranting = true;
  while (purse.waiting.length > 0) {
    serveFromHere(purse);
    if (purse.waiting.length === 0) break;
    try {
      await borrow(bank, purse, nowMs());
    } catch (error) {
      purse.waiting.shift()?.reject(error);
    }
  }
  // In the same turn as the last look at the line, or a request that joins it meanwhile would wait for ever.
  purse.isGranting = false;
}

function serveFromHere(purse: Purse): void {
  for (let first = purse.waiting[0]; first !== undefined; first = purse.waiting[0]) {
    const hold = takeFrom(purse, first.neededMicros);
    if (hold === null) return;
    purse.waiting.shift();
    first.resolve(hold);
  }
}

/** One look at the wallet decides for the whole line, so that refusing many costs no more than refusing one. */
async function borrow(bank: LeaseBank, purse: Purse, atMs: number): Promise<void> {
  const availableMicros = await bank.availableMicros(purse.tenantId);
  refuseUnpayable(bank, purse, availableMicros);
  const neededMicros =
    purse.waiting.reduce((sum, waiter) => sum + waiter.neededMicros, 0n) - availableIn(purse);
  // What is here has grown meanwhile, or is all there is: those it suffices for are served next.
  if (neededMicros <= 0n || availableMicros === 0n) return;
  const amountMicros = sliceMicros({
    neededMicros,
    largestHoldMicros: purse.largestHoldMicros,
    spentPerSecondMicros: spentPerSecond(purse, atMs),
    availableMicros,
  });
  const id = await bank.lend(purse.tenantId, amountMicros);
  purse.leases.push({ id, availableMicros: amountMicros, heldMicros: 0n, unsettledMicros: 0n });
}

function refuseUnpayable(bank: LeaseBank, purse: Purse, availableMicros: bigint): void {
  const mostMicros = availableMicros + availableIn(purse);
  for (const waiter of purse.waiting.splice(0)) {
    if (waiter.neededMicros <= mostMicros) purse.waiting.push(waiter);
    else waiter.reject(bank.refusal(waiter.neededMicros, mostMicros));
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

function availableIn(purse: Purse): bigint {
  return purse.leases.reduce((sum, lease) => sum + lease.availableMicros, 0n);
}

/** Takes from the leases in order; nothing awaits between looking and taking, so two requests cannot get the same money. */
function takeFrom(purse: Purse, neededMicros: bigint): Hold | null {
  if (availableIn(purse) < neededMicros) return null;
  const hold: Hold = { tenantId: purse.tenantId, heldMicros: neededMicros, parts: [] };
  let leftMicros = neededMicros;
  for (const lease of purse.leases) {
    if (leftMicros === 0n) break;
    const micros = lease.availableMicros < leftMicros ? lease.availableMicros : leftMicros;
    if (micros === 0n) continue;
    lease.availableMicros -= micros;
    lease.heldMicros += micros;
    hold.parts.push({ lease, micros });
    leftMicros -= micros;
  }
  return hold;
}

function spendParts(hold: Hold, costMicros: bigint): LeaseSpending[] {
  if (costMicros < 0n || costMicros > hold.heldMicros)
    throw new Error('a request cannot spend more than it holds');
  const spendings: LeaseSpending[] = [];
  let leftMicros = costMicros;
  for (const { lease, micros } of hold.parts.splice(0)) {
    const spent = micros < leftMicros ? micros : leftMicros;
    lease.heldMicros -= micros;
    lease.availableMicros += micros - spent;
    lease.unsettledMicros += spent;
    leftMicros -= spent;
    if (spent > 0n) spendings.push({ leaseId: lease.id, micros: spent, lease });
  }
  // Ending a request twice must not give its money out twice.
  hold.heldMicros = 0n;
  return spendings;
}
