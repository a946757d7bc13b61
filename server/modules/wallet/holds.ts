import { and, asc, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { firstOf } from '../../kernel/first-of.ts';
import { authorize } from '../../declare/permissions.ts';
import { cashAccount } from './accounts.ts';
import { postTransfers } from './post-transfers.ts';
import { inSettlement } from './retry.ts';
import { holds } from './schema.ts';
import type { TransferResult } from './transfer.ts';

export interface PlaceHold {
  /** Made by the caller: the same hold asked for twice is placed once. */
  readonly holdId: string;
  readonly tenantId: string;
  readonly amountMicros: bigint;
  readonly expiresAt: Date;
  /** What the money is reserved for: `model_lease`. */
  readonly reason: string;
}

/** Reserves money of a customer for work whose final price is not known yet. @throws `wallet.insufficient_balance` */
export async function placeHold(ctx: Ctx, input: PlaceHold): Promise<TransferResult['outcome']> {
  const { holdId, tenantId, amountMicros, expiresAt, reason } = input;
  return postOne(ctx, {
    id: holdId,
    kind: 'hold',
    code: 'usage',
    debit: cashAccount(tenantId),
    amountMicros,
    expiresAt,
    refType: reason,
    refId: holdId,
  });
}

export interface CaptureHold {
  readonly transferId: string;
  readonly holdId: string;
  readonly amountMicros: bigint;
  /** Account that earns it: `revenue:models`. */
  readonly to: string;
  readonly groupId?: string;
  readonly refType: string;
  readonly refId: string;
}

/** Takes part of a hold. Several parts are allowed while their sum stays within the hold. */
export async function captureHold(ctx: Ctx, input: CaptureHold): Promise<TransferResult['outcome']> {
  const { transferId, holdId, amountMicros, to, groupId = null, refType, refId } = input;
  return postOne(ctx, {
    id: transferId,
    kind: 'capture',
    code: 'usage',
    holdId,
    credit: to,
    amountMicros,
    groupId,
    refType,
    refId,
  });
}

/** Gives back what is left of a hold. */
export async function voidHold(
  ctx: Ctx,
  input: { transferId: string; holdId: string },
): Promise<TransferResult['outcome']> {
  const { transferId, holdId } = input;
  return postOne(ctx, {
    id: transferId,
    kind: 'void',
    code: 'usage',
    holdId,
    refType: 'hold',
    refId: holdId,
  });
}

/** Moves the end of open holds later, never earlier. Answers which are still open; the others' money is free again. */
export async function extendHoldExpiry(
  ctx: Ctx,
  input: { holdIds: readonly string[]; expiresAt: Date },
): Promise<ReadonlySet<string>> {
  authorize(ctx, 'wallet:post');
  return inSettlement(ctx, async (ctx) => {
    const open = await ctx.db
      .select({ id: holds.id })
      .from(holds)
      .where(and(sql`${holds.id} = any(${sql.param([...input.holdIds])})`, eq(holds.status, 'open')))
      .orderBy(asc(holds.id))
      .for('update');
    const ids = open.map(({ id }) => id);
    await ctx.db
      .update(holds)
      .set({ expiresAt: sql`greatest(${holds.expiresAt}, ${input.expiresAt.toISOString()}::timestamptz)` })
      .where(sql`${holds.id} = any(${sql.param(ids)})`);
    return new Set(ids);
  });
}

async function postOne(
  ctx: Ctx,
  transfer: Parameters<typeof postTransfers>[1][number],
): Promise<TransferResult['outcome']> {
  return firstOf(await postTransfers(ctx, [transfer])).outcome;
}
