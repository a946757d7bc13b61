import type { BlindIndex, Opened } from '@candor/privacy-engine';
import { eq, inArray } from 'drizzle-orm';
import { actorText, type Ctx, now, userOf } from '../../kernel/context.ts';
import { lockName } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { microsPerYuan } from '../../kernel/money.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { findIndex, openRow, sealRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { findTenantOwner, hasOtherOperator, isAccountClosed } from '../identity/index.ts';
import { clearingAccount } from './accounts.ts';
import { keepsSerialNumber } from './bank-transfer-status.ts';
import { creditCash } from './credit-cash.ts';
import { serialNumberSettled, serialNumberTaken, tenantNotFound } from './problems.ts';
import { inSettlement } from './retry.ts';
import { bankTransfers } from './schema.ts';
import { normaliseSerialNumbers, normalSerial, normalSerialForm } from './serial-numbers.ts';
import { findSuspended, suspendPayment, type SuspendedPayment } from './suspend-payment.ts';
import { requireWholeCents } from './whole-cents.ts';

type BankTransferRow = Opened<typeof bankTransfers.$inferSelect>;

export interface CreditBankTransfer {
  readonly tenantId: string;
  readonly amountMicros: bigint;
  /** The bank's number of the movement. It is credited once, however often it is sent. */
  readonly serialNumber: string;
  readonly message?: string | undefined;
  readonly paymentSource: {
    readonly accountName: string;
    readonly bankAccount: string;
    readonly bankName: string;
  };
}

const largestMicros = 1_000_000_000n * microsPerYuan;

export type CreditedTransfer =
  | { readonly bankTransfer: BankTransferRow; readonly isNew: boolean }
  /** The account is closed: the money waits for an operator. */
  | { readonly suspended: SuspendedPayment };

const channel = 'bank';
const refType = 'bank_transfer' as const;

/**
 * Credits money that arrived at our bank (D-WAL-4): at once where the installation has one operator, which the row
 * records, else when a second one has approved. Serial numbers are compared in their normal form. One is credited once
 * more after its credit was rejected, or reversed because account or amount was wrong. Money for a closed account goes
 * to suspense, without the payer's details.
 * @throws `wallet.serial_number_taken` when the serial was credited with other content.
 * @throws `wallet.serial_number_settled` when its credit was reversed and the money is no longer here to be credited.
 */
export async function creditBankTransfer(ctx: Ctx, input: CreditBankTransfer): Promise<CreditedTransfer> {
  authorize(ctx, 'wallet:credit');
  requireWholeCents(input.amountMicros, largestMicros);
  const { tenantId, amountMicros } = input;
  const owner = await findTenantOwner(ctx, tenantId);
  const status = (await hasOtherOperator(ctx, userOf(ctx))) ? 'waiting' : 'credited';
  const serialNumber = normalSerial(input.serialNumber);
  return inSettlement(ctx, async (ctx) => {
    await normaliseSerialNumbers(ctx);
    const index = await findIndex(ctx, bankTransfers, 'serialNumber', serialNumber);
    // Two tables share the numbers, so no unique index keeps them apart.
    await lockName(ctx, `bank serial ${index}`);
    const existing = await openRow(ctx, bankTransfers, await findKeeper(ctx, index));
    if (existing !== undefined) {
      const { status, reversalReason: reason } = existing;
      if (status === 'reversed' && reason !== null) throw serialNumberSettled({ reason });
      if (!isSame(existing, input)) throw serialNumberTaken();
      return { bankTransfer: existing, isNew: false };
    }
    const isClosed = await isAccountClosed(ctx, tenantId);
    // Money that came to suspense earlier may rest under the number with its separators.
    const known =
      (await findSuspended(ctx, channel, serialNumber)) ??
      (await findSuspended(ctx, channel, normalIdentifier(input.serialNumber)));
    if (known !== undefined) {
      if (!isClosed || known.amountMicros !== amountMicros) throw serialNumberTaken();
      return { suspended: known };
    }
    if (isClosed) {
      return { suspended: await suspendPayment(ctx, { channel, tradeNumber: serialNumber, amountMicros }) };
    }
    if (owner === null) throw tenantNotFound();
    const { message = null, paymentSource } = input;
    const row = await sealRow(ctx, bankTransfers, {
      id: newId('bank'),
      tenantId,
      userId: owner.userId,
      serialNumber,
      amountMicros,
      message,
      ...paymentSource,
      creditedBy: actorText(ctx.actor),
      status,
      serialForm: normalSerialForm,
      createdAt: now(ctx),
    });
    const [inserted] = await ctx.db.insert(bankTransfers).values(row).returning();
    const created = await openRow(ctx, bankTransfers, inserted);
    if (created === undefined) throw new Error('one row in, one row out');
    if (status === 'credited') await creditCash(ctx, { ...created, from: clearingAccount(channel), refType });
    const action = status === 'credited' ? 'wallet.bank_transfer_credited' : 'wallet.bank_transfer_entered';
    await audit({ ...ctx, tenantId }, action, { targetId: created.id, subjectId: null });
    return { bankTransfer: created, isNew: true };
  });
}

/** The credit that keeps the number, or a credit from before the normal form that has the same one. */
async function findKeeper(ctx: Ctx, index: BlindIndex) {
  const rows = await ctx.db.select().from(bankTransfers).where(eq(bankTransfers.serialNumberIndex, index));
  const keeper = rows.find(keepsSerialNumber);
  if (keeper !== undefined || rows.length === 0) return keeper;
  const ids = rows.map(({ id }) => id);
  const duplicates = await ctx.db.select().from(bankTransfers).where(inArray(bankTransfers.duplicateOf, ids));
  return duplicates.find(keepsSerialNumber);
}

function isSame(
  row: BankTransferRow,
  { tenantId, amountMicros, message, paymentSource }: CreditBankTransfer,
): boolean {
  const { accountName, bankAccount, bankName } = paymentSource;
  if (row.tenantId !== tenantId || row.amountMicros !== amountMicros || row.message !== (message ?? null))
    return false;
  return row.accountName === accountName && row.bankAccount === bankAccount && row.bankName === bankName;
}
