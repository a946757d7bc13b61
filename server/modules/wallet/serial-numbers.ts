import { and, asc, eq, lt, ne } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { lockName } from '../../kernel/db.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { findIndex, openRows, sealChanges } from '../../kernel/sealed-rows.ts';
import { keepsSerialNumber } from './bank-transfer-status.ts';
import { bankTransfers } from './schema.ts';

/** Serial numbers are stored, and therefore unique, in their normal form. Rows from before it have a smaller number. */
export const normalSerialForm = 2;

/** A serial number as it is compared: "AB 12-x" and "AB12X" are one. */
export function normalSerial(text: string): string {
  return normalIdentifier(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Letters of other scripts look like ours and would be another number. No bank uses any. */
export function isSerial(text: string): boolean {
  return /^[A-Z0-9]+$/.test(normalSerial(text));
}

/**
 * Brings rows from before the normal form into it. A row whose number is then another row's keeps what was typed and
 * names that row, because the same money may have been credited twice and only an operator can tell. Cheap once done:
 * one look at an empty index.
 */
export async function normaliseSerialNumbers(ctx: Ctx): Promise<void> {
  const isOld = lt(bankTransfers.serialForm, normalSerialForm);
  if ((await ctx.db.select({ id: bankTransfers.id }).from(bankTransfers).where(isOld).limit(1)).length === 0)
    return;
  await lockName(ctx, 'wallet.normalise-serial-numbers');
  const rows = await ctx.db
    .select({
      id: bankTransfers.id,
      userId: bankTransfers.userId,
      serialNumber: bankTransfers.serialNumber,
      serialNumberIndex: bankTransfers.serialNumberIndex,
      status: bankTransfers.status,
      reversalReason: bankTransfers.reversalReason,
    })
    .from(bankTransfers)
    .where(isOld)
    .orderBy(asc(bankTransfers.id));
  for (const row of await openRows(ctx, bankTransfers, rows)) {
    const serialNumber = normalSerial(row.serialNumber);
    const taken =
      serialNumber === '' || !keepsSerialNumber(row) ? null : await findOther(ctx, row.id, serialNumber);
    // Without a number to compare (its person is erased) there is nothing to change.
    const changes =
      serialNumber === '' || taken !== null || serialNumber === row.serialNumber
        ? {}
        : await sealChanges(ctx, bankTransfers, { id: row.id, subject: row.userId }, { serialNumber });
    await ctx.db
      .update(bankTransfers)
      .set({ ...changes, serialForm: normalSerialForm, duplicateOf: taken })
      .where(eq(bankTransfers.id, row.id));
    if (taken !== null)
      ctx.log.warn(
        { bankTransferId: row.id, duplicateOf: taken },
        'two bank transfers have one serial number',
      );
  }
}

async function findOther(ctx: Ctx, id: string, serialNumber: string): Promise<string | null> {
  const serialNumberIndex = await findIndex(ctx, bankTransfers, 'serialNumber', serialNumber);
  const others = await ctx.db
    .select({
      id: bankTransfers.id,
      status: bankTransfers.status,
      reversalReason: bankTransfers.reversalReason,
    })
    .from(bankTransfers)
    .where(and(eq(bankTransfers.serialNumberIndex, serialNumberIndex), ne(bankTransfers.id, id)));
  return others.find(keepsSerialNumber)?.id ?? null;
}
