import type { Ctx } from '../../kernel/context.ts';
import { isPassingFault } from '../../kernel/database-faults.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import {
  extendHoldExpiry,
  insufficientBalance,
  placeHold,
  voidHold,
  walletBalance,
} from '../wallet/index.ts';
import type { LeaseBank } from './wallet-leases.ts';

/** Far more than a lease is used without being renewed; a crash locks its money away this long at most. */
const leaseLifetimeMs = 120_000;

/** The wallet as the leases need it: a lease is a hold, and a hold that is not renewed expires and gives its money back. */
export function walletBank(ctx: Ctx): LeaseBank {
  const expiresAt = () => leaseEnd(ctx);
  return {
    async availableMicros(tenantId) {
      const { availableMicros } = await twice(() =>
        inTransaction({ ...ctx, tenantId }, 'settlement', walletBalance),
      );
      return availableMicros;
    },
    async lend(tenantId, amountMicros) {
      const hold = {
        holdId: newId('lease'),
        tenantId,
        amountMicros,
        expiresAt: expiresAt(),
        reason: 'model_lease',
      };
      // A commit that was not heard of would lock the money away until it expires; asked again, the same hold answers.
      try {
        await twice(() => placeHold(ctx, hold));
      } catch (error) {
        if (error instanceof Problem && error.code === insufficientBalance.code) return null;
        throw error;
      }
      return hold.holdId;
    },
    refusal: (neededMicros, availableMicros) =>
      insufficientBalance({ neededMicros: String(neededMicros), availableMicros: String(availableMicros) }),
    async giveBack(_tenantId, leaseId) {
      await voidHold(ctx, { transferId: `${leaseId}:end`, holdId: leaseId });
    },
    renew: (leaseIds) => extendHoldExpiry(ctx, { holdIds: leaseIds, expiresAt: expiresAt() }),
  };
}

export function leaseEnd(ctx: Ctx): Date {
  return new Date(ctx.clock.now().getTime() + leaseLifetimeMs);
}

/** A connection that the server has closed is noticed by the first to use it. A mistake of ours is not repeated. */
export async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isPassingFault(error)) throw error;
    return work();
  }
}
