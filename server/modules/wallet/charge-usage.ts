import type { Ctx } from '../../kernel/context.ts';
import { minMicros } from '../../kernel/money.ts';
import { authorize } from '../../declare/permissions.ts';
import { cashAccount, debtAccount } from './accounts.ts';
import { type Book, bookGroup, freeCashMicros } from './book.ts';
import { openBook, writeBook } from './book-store.ts';
import { transferDiffers } from './problems.ts';
import { inSettlement } from './retry.ts';
import type { BookedTransfer, Capture, Post, Transfer } from './transfer.ts';

export interface UsageCharge {
  /** Made by the caller, up to 110 characters: the same charge asked for twice is booked once. */
  readonly chargeId: string;
  readonly tenantId: string;
  /** The hold that was placed for the work; null when there is none any more. */
  readonly holdId: string | null;
  readonly amountMicros: bigint;
  /** Account that earns it: `revenue:models`. */
  readonly to: string;
  readonly refType: string;
  readonly refId: string;
}

export interface ChargeResult {
  readonly chargeId: string;
  readonly outcome: 'created' | 'exists';
  /** Part that no money was left for; the next top-up pays it. */
  readonly owedMicros: bigint;
}

/**
 * Books work that has happened. It takes from the hold, then from free cash, and writes the rest down as debt: what
 * was delivered is always booked, whatever became of the hold meanwhile. One call per settlement transaction.
 */
export async function chargeUsage(ctx: Ctx, charges: readonly UsageCharge[]): Promise<ChargeResult[]> {
  authorize(ctx, 'wallet:post');
  if (charges.length === 0) return [];
  return inSettlement(ctx, async (ctx) => {
    const book = await openBook(ctx, charges.flatMap(allParts));
    const created = new Set<string>();
    const results = charges.map((charge) => {
      const booked = allParts(charge).flatMap(({ id }) => book.booked.get(id) ?? []);
      if (booked.length > 0) {
        if (!comeTo(charge, booked)) throw transferDiffers({ transferId: charge.chargeId });
        return { chargeId: charge.chargeId, outcome: 'exists' as const, owedMicros: owedIn(booked) };
      }
      const parts = neededParts(book, charge);
      bookGroup(book, parts);
      for (const { id } of parts) created.add(id);
      return { chargeId: charge.chargeId, outcome: 'created' as const, owedMicros: owedIn(parts) };
    });
    await writeBook(ctx, book, created);
    return results;
  });
}

function neededParts(book: Book, charge: UsageCharge): Transfer[] {
  const hold = charge.holdId === null ? undefined : book.holds.get(charge.holdId);
  const isOwn = hold?.status === 'open' && hold.accountId === cashAccount(charge.tenantId);
  const heldMicros = isOwn ? hold.amountMicros - hold.capturedMicros : 0n;
  const fromHold = minMicros(charge.amountMicros, heldMicros);
  const fromCash = minMicros(charge.amountMicros - fromHold, freeCashMicros(book, charge.tenantId));
  const owed = charge.amountMicros - fromHold - fromCash;
  return [capture(charge, fromHold), post(charge, 'cash', fromCash), post(charge, 'debt', owed)].filter(
    (part) => part !== null && part.amountMicros > 0n,
  ) as Transfer[];
}

/** Whether parts that are booked are those of the charge, however it was split then. */
function comeTo({ tenantId, to, refType, refId, amountMicros }: UsageCharge, booked: BookedTransfer[]) {
  const bookedMicros = booked.reduce((sum, part) => sum + part.amountMicros, 0n);
  return (
    bookedMicros === amountMicros &&
    booked.every(
      (part) =>
        part.tenantId === tenantId &&
        part.creditAccountId === to &&
        part.refType === refType &&
        part.refId === refId,
    )
  );
}

/** Every id and account the charge could need, so that all are locked in one order. */
function allParts(charge: UsageCharge): (Capture | Post)[] {
  return [
    capture(charge, charge.amountMicros),
    post(charge, 'cash', charge.amountMicros),
    post(charge, 'debt', charge.amountMicros),
  ].filter((part) => part !== null);
}

function capture(charge: UsageCharge, amountMicros: bigint): Capture | null {
  if (charge.holdId === null) return null;
  return {
    id: charge.chargeId,
    kind: 'capture',
    holdId: charge.holdId,
    credit: charge.to,
    amountMicros,
    ...common(charge),
  };
}

function post(charge: UsageCharge, from: 'cash' | 'debt', amountMicros: bigint): Post {
  const debit = from === 'cash' ? cashAccount(charge.tenantId) : debtAccount(charge.tenantId);
  return {
    id: `${charge.chargeId}:${from}`,
    kind: 'post',
    debit,
    credit: charge.to,
    amountMicros,
    ...common(charge),
  };
}

function common(charge: UsageCharge) {
  return { code: 'usage' as const, groupId: charge.chargeId, refType: charge.refType, refId: charge.refId };
}

function owedIn(parts: readonly { readonly id: string; readonly amountMicros?: bigint }[]): bigint {
  return parts.find(({ id }) => id.endsWith(':debt'))?.amountMicros ?? 0n;
}
