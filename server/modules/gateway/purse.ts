import { minMicros } from '../../kernel/money.ts';

/** Money taken out of one wallet for many requests, so that a request costs no database round trip. */
export interface Lease {
  readonly id: string;
  /** Free for the next request. */
  availableMicros: bigint;
  /** Reserved by requests that are being served. */
  heldMicros: bigint;
  /** Spent by requests that are over, not yet in the books. */
  unsettledMicros: bigint;
}

/** Every lease of one tenant in this process, and the requests that wait for the next one. */
export interface Purse {
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

export interface Waiter {
  neededMicros: bigint;
  readonly whenShort: WhenShort | null;
  readonly resolve: (hold: Hold) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a request may begin with when the wallet does not have all that it needs. */
export interface WhenShort {
  /** With this, if it is there; otherwise with what is there. */
  readonly enoughMicros: bigint;
  /** But not with less than this. */
  readonly leastMicros: bigint;
}

/** Money reserved for one request. */
export interface Hold {
  readonly tenantId: string;
  heldMicros: bigint;
  readonly parts: HoldPart[];
  /** What the request may hold at most, because a quota leaves no more; undefined: without a bound. */
  mostMicros?: bigint;
  /** Its request is over; what is still on its way to it goes back. */
  isEnded?: boolean;
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

export function newPurse(tenantId: string, nowMs: number): Purse {
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

export function isUnused(lease: Lease): boolean {
  return lease.heldMicros === 0n && lease.unsettledMicros === 0n;
}

export function availableIn(purse: Purse): bigint {
  return purse.leases.reduce((sum, lease) => sum + lease.availableMicros, 0n);
}

/** Takes from the leases in order; nothing awaits between looking and taking, so two requests cannot get the same money. */
export function takeFrom(purse: Purse, neededMicros: bigint): Hold | null {
  if (availableIn(purse) < neededMicros) return null;
  const hold: Hold = { tenantId: purse.tenantId, heldMicros: neededMicros, parts: [] };
  let leftMicros = neededMicros;
  for (const lease of purse.leases) {
    if (leftMicros === 0n) break;
    const micros = minMicros(lease.availableMicros, leftMicros);
    if (micros === 0n) continue;
    lease.availableMicros -= micros;
    lease.heldMicros += micros;
    hold.parts.push({ lease, micros });
    leftMicros -= micros;
  }
  return hold;
}

export function spendParts(hold: Hold, costMicros: bigint): LeaseSpending[] {
  if (costMicros < 0n || costMicros > hold.heldMicros)
    throw new Error('a request cannot spend more than it holds');
  const spendings: LeaseSpending[] = [];
  let leftMicros = costMicros;
  for (const { lease, micros } of hold.parts.splice(0)) {
    const spent = minMicros(micros, leftMicros);
    lease.heldMicros -= micros;
    lease.availableMicros += micros - spent;
    lease.unsettledMicros += spent;
    leftMicros -= spent;
    if (spent > 0n) spendings.push({ leaseId: lease.id, micros: spent, lease });
  }
  // Ending a request twice must not give its money out twice.
  hold.heldMicros = 0n;
  hold.isEnded = true;
  return spendings;
}
