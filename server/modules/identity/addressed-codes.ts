import { and, count, eq, inArray, isNull, lt } from 'drizzle-orm';
import type { Address, AddressedRows } from '../../declare/addressed-rows.ts';
import type { Ctx } from '../../kernel/context.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { hashTarget } from './codes.ts';
import { signInCodes, users } from './schema.ts';

/**
 * Numbers and addresses of a person. One that was only written down at registration may be another person's, so what
 * was sent there is never shown; it is erased with the account all the same. Joins the caller's transaction.
 */
export async function addressesOf(
  ctx: Ctx,
  userId: string,
  { areUnprovenIncluded }: { readonly areUnprovenIncluded: boolean },
): Promise<Address[]> {
  const [found] = await ctx.db
    .select({
      id: users.id,
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      email: users.email,
      emailIndex: users.emailIndex,
      emailVerifiedAt: users.emailVerifiedAt,
    })
    .from(users)
    .where(eq(users.id, userId));
  const row = await openRow(ctx, users, found);
  const addresses: Address[] = [];
  if (row === undefined) return addresses;
  if (row.phone !== null) addresses.push({ channel: 'sms', address: row.phone });
  if (row.email !== null && (areUnprovenIncluded || row.emailVerifiedAt !== null))
    addresses.push({ channel: 'mail', address: row.email });
  return addresses;
}

function isSentTo(ctx: Ctx, addresses: readonly Address[]) {
  return inArray(
    signInCodes.targetHash,
    addresses.map((address) => hashTarget(ctx, address)),
  );
}

export const addressedCodes: AddressedRows = {
  place: 'identity.sign_in_codes',
  async claim(ctx, userId, addresses) {
    await ctx.db
      .update(signInCodes)
      .set({ userId })
      .where(and(isNull(signInCodes.userId), isSentTo(ctx, addresses)));
    return [];
  },
  async count(ctx, addresses, before) {
    const [row] = await ctx.db
      .select({ rows: count() })
      .from(signInCodes)
      .where(and(isSentTo(ctx, addresses), lt(signInCodes.createdAt, before)));
    return row?.rows ?? 0;
  },
};
