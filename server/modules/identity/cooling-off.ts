import { and, eq, gt, ne } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { findIndex } from '../../kernel/sealed-rows.ts';
import type { Contact } from './contacts.ts';
import { emailTaken, phoneTaken } from './problems.ts';
import { credentialChanges } from './schema.ts';

/** Changes after this moment prove nothing yet, and can be undone. */
export function coolingSince(ctx: Ctx): Date {
  return new Date(now(ctx).getTime() - ctx.rules.coolingOffMs);
}

/**
 * Refuses a number or an address to which another person can still undo a change, in the words for a taken one:
 * otherwise the thief who made the change would block the undo by signing up with it.
 *
 * Call it after the row of the new holder is written. The unique index makes that write wait for a change that is
 * giving the contact up, so this statement sees every change that has given it up.
 */
export async function requireUnreserved(
  ctx: Ctx,
  userId: string,
  contacts: readonly Contact[],
): Promise<void> {
  for (const { channel, address } of contacts) {
    const reserved = await ctx.db
      .select({ id: credentialChanges.id })
      .from(credentialChanges)
      .where(
        and(
          eq(credentialChanges.previousIndex, await findIndex(ctx, credentialChanges, 'previous', address)),
          ne(credentialChanges.userId, userId),
          gt(credentialChanges.createdAt, coolingSince(ctx)),
        ),
      )
      .limit(1);
    if (reserved.length > 0) throw channel === 'sms' ? phoneTaken() : emailTaken();
  }
}
