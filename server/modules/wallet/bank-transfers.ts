import type { Opened } from '@candor/privacy';
import { eq } from 'drizzle-orm';
import { actorText, type Ctx, now, userOf } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { microsPerYuan } from '../../kernel/money.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { findIndex, openRow, sealRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { findTenantOwner, hasOtherOperator } from '../identity/index.ts';
import { creditCash } from './credit-cash.ts';
import { serialNumberTaken, tenantNotFound } from './problems.ts';
import { inSettlement } from './retry.ts';
import { bankTransfers } from './schema.ts';
import { normaliseSerialNumbers, normalSerialForm } from './serial-numbers.ts';
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

/**
 * Credits money that arrived at our bank (D-WAL-4): at once where the installation has one operator, which the row
 * records, else when a second one has approved. Serial numbers are compared in their normal form.
 * @throws `wallet.serial_number_taken` when the serial was credited with other content.
 */
export async function creditBankTransfer(
  ctx: Ctx,
  input: CreditBankTransfer,
): Promise<{ bankTransfer: BankTransferRow; isNew: boolean }> {
  authorize(ctx, 'wallet:credit');
  requireWholeCents(input.amountMicros, largestMicros);
  const owner = await findTenantOwner(ctx, input.tenantId);
  if (owner === null) throw tenantNotFound();
  const status = (await hasOtherOperator(ctx, userOf(ctx))) ? 'waiting' : 'credited';
  const serialNumber = normalIdentifier(input.serialNumber);
  return inSettlement(ctx, async (ctx) => {
    await normaliseSerialNumbers(ctx);
    const { tenantId, amountMicros, message = null, paymentSource } = input;
    const row = await sealRow(ctx, bankTransfers, {
      id: newId('bankTransfer'),
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
    const [inserted] = await ctx.db
      .insert(bankTransfers)
      .values(row)
      .onConflictDoNothing({ target: bankTransfers.serialNumberIndex })
      .returning();
    const created = await openRow(ctx, bankTransfers, inserted);
    if (created !== undefined && status === 'waiting') {
      await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_entered', created.id);
      return { bankTransfer: created, isNew: true };
    }
    if (created !== undefined) {
      await creditCash(ctx, {
        id: created.id,
        tenantId,
        amountMicros,
        channel: 'bank',
        refType: 'bank_transfer',
      });
      await audit({ ...ctx, tenantId }, 'wallet.bank_transfer_credited', created.id);
      return { bankTransfer: created, isNew: true };
    }
    const serialNumberIndex = await findIndex(ctx, bankTransfers, 'serialNumber', serialNumber);
    const [found] = await ctx.db
      .select()
      .from(bankTransfers)
      .where(eq(bankTransfers.serialNumberIndex, serialNumberIndex));
    const existing = await openRow(ctx, bankTransfers, found);
    if (existing === undefined) throw new Error('a bank transfer is neither new nor there');
    if (!isSame(existing, input)) throw serialNumberTaken();
    return { bankTransfer: existing, isNew: false };
  });
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
