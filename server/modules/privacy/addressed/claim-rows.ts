import type { Identifier, Residue } from '@candor/privacy-engine';
import type { Address } from '../../../declare/addressed-rows.ts';
import { asSystem, type Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { adoptStaffReads } from '../../audit/index.ts';
import { addressesOf } from '../../identity/index.ts';

/**
 * Makes what was sent to a person's addresses before they had an account the person's: messages, codes, requests, and
 * who of the staff looked at them. From then on it is in their data, their export and their erasure like everything
 * else. Called before each of the three, so that no moment of a registration has to be caught.
 *
 * An address that changes hands: what was claimed stays with its holder; what was not claimed goes to the next
 * person who proves it, at most the seven days of the outbox.
 */
export async function claimAddressedRows(
  ctx: Ctx,
  userId: string,
  options: { readonly areUnprovenIncluded: boolean },
): Promise<void> {
  const formerSubjects = await inTransaction(asSystem(ctx, 'claim'), 'erasure', async (ctx) => {
    const addresses = await addressesOf(ctx, userId, options);
    if (addresses.length === 0) return [];
    const subjects: string[] = [];
    for (const rows of ctx.product.addressedRows)
      subjects.push(...(await rows.claim(ctx, userId, addresses)));
    await adoptStaffReads(ctx, userId, subjects);
    return subjects;
  });
  // Nothing is sealed under the keys of their own any more.
  for (const subject of formerSubjects) await ctx.vault.destroy(subject, 'all');
}

/** Rows from before the account was closed that a keyed hash of an address still finds. Joins the caller's transaction. */
export async function findAddressedResidue(
  ctx: Ctx,
  identifiers: readonly Identifier[],
  before: Date,
): Promise<Residue[]> {
  const addresses = identifiers.flatMap(asAddress);
  if (addresses.length === 0) return [];
  const residue: Residue[] = [];
  for (const addressed of ctx.product.addressedRows) {
    const rows = await addressed.count(ctx, addresses, before);
    if (rows > 0) residue.push({ place: `${addressed.place} (by the hash of an address)`, rows });
  }
  return residue;
}

function asAddress({ value }: Identifier): Address[] {
  if (/^\+\d{7,}$/.test(value)) return [{ channel: 'sms', address: value }];
  return value.includes('@') ? [{ channel: 'mail', address: value }] : [];
}
