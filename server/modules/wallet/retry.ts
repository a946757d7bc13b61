import type { Ctx } from '../../kernel/context.ts';
import { isConflictOfTransactions } from '../../kernel/database-faults.ts';
import { inTransaction, violates } from '../../kernel/db.ts';

const maxAttempts = 8;

/**
 * A settlement transaction that is tried again when a transfer of the same id was committed a moment earlier. Safe
 * because transfers carry their own ids. Inside a caller's transaction it joins, and trying again is the caller's.
 */
export async function inSettlement<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.purpose !== null) return inTransaction(ctx, 'settlement', work);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(ctx, 'settlement', work);
    } catch (error) {
      if (attempt === maxAttempts || !isOvertaken(error)) throw error;
    }
  }
}

/** Serialization failure, deadlock, or a transfer of the same id committed a moment earlier. */
export function isConflict(error: unknown): boolean {
  return isConflictOfTransactions(error) || isOvertaken(error);
}

function isOvertaken(error: unknown): boolean {
  return (
    violates(error, 'transfers_pkey') ||
    violates(error, 'transfers_hold_end_key') ||
    violates(error, 'transfers_reversal_of_key')
  );
}
