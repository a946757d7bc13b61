import type { Ctx } from '../../kernel/context.ts';
import { inTransaction, violates } from '../../kernel/db.ts';

/**
 * A settlement transaction that is repeated when it was overtaken. Once is enough: the other transfer is committed and
 * never deleted, so the repetition reads it and decides by it. Inside a caller's transaction it joins, and repeating
 * is the caller's.
 */
export async function inSettlement<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(ctx, 'settlement', work);
  } catch (error) {
    if (ctx.purpose !== null || !isOvertaken(error)) throw error;
    return inTransaction(ctx, 'settlement', work);
  }
}

/**
 * Whether a transfer of the same id was committed between the look for it and the booking. Its accounts are others:
 * with the same ones the look would have waited for it.
 */
export function isOvertaken(error: unknown): boolean {
  return violates(error, 'transfers_pkey');
}
