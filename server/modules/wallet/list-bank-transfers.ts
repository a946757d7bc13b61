import { and, count, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { firstOf } from '../../kernel/first-of.ts';
import { page } from '../../kernel/http.ts';
import { findIndex, openRows } from '../../kernel/sealed-rows.ts';
import { countOf, isCounted, mostCounted } from '../../kernel/totals.ts';
import { authorize } from '../../declare/permissions.ts';
import { recordStaffRead, requireReason } from '../audit/index.ts';
import type { BankTransferStatus } from './bank-transfer-status.ts';
import { bankTransfers } from './schema.ts';
import { normalSerial } from './serial-numbers.ts';

export interface BankTransferFilter {
  readonly status?: BankTransferStatus | undefined;
  readonly tenantId?: string | undefined;
}

export interface ListBankTransfers extends BankTransferFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly serialNumber?: string | undefined;
}

/** Credits of bank transfers, newest first, with the operators who entered and decided them. The payer is not repeated. */
export async function listBankTransfers(ctx: Ctx, query: ListBankTransfers) {
  authorize(ctx, 'wallet:credit');
  requireReason(ctx);
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const serialIndex =
      query.serialNumber === undefined
        ? undefined
        : await findIndex(ctx, bankTransfers, 'serialNumber', normalSerial(query.serialNumber));
    const rows = await ctx.db
      .select({
        id: bankTransfers.id,
        tenantId: bankTransfers.tenantId,
        userId: bankTransfers.userId,
        serialNumber: bankTransfers.serialNumber,
        serialNumberIndex: bankTransfers.serialNumberIndex,
        amountMicros: bankTransfers.amountMicros,
        status: bankTransfers.status,
        creditedBy: bankTransfers.creditedBy,
        decidedBy: bankTransfers.decidedBy,
        decidedAt: bankTransfers.decidedAt,
        reversalProposedBy: bankTransfers.reversalProposedBy,
        reversedBy: bankTransfers.reversedBy,
        reversedAt: bankTransfers.reversedAt,
        reversalReason: bankTransfers.reversalReason,
        duplicateOf: bankTransfers.duplicateOf,
        createdAt: bankTransfers.createdAt,
      })
      .from(bankTransfers)
      .where(
        and(
          ...filters(query),
          serialIndex === undefined ? undefined : eq(bankTransfers.serialNumberIndex, serialIndex),
          query.cursor === undefined ? undefined : lt(bankTransfers.id, query.cursor),
        ),
      )
      .orderBy(desc(bankTransfers.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    await recordStaffRead(ctx, {
      subjects: items.flatMap(({ userId, tenantId }) => (userId === null ? [] : [{ id: userId, tenantId }])),
      what: ['wallet.bank_transfers.serial_number', 'wallet.bank_transfers.amount_micros'],
    });
    return { items: await openRows(ctx, bankTransfers, items), nextCursor };
  });
}

/** How many bank transfers there are under the filters, and their sum. */
export async function sumBankTransfers(ctx: Ctx, filter: BankTransferFilter) {
  authorize(ctx, 'wallet:credit');
  requireReason(ctx);
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const rows = ctx.db
      .select({ amount: bankTransfers.amountMicros, isCounted: isCounted(sql`${bankTransfers.id} desc`) })
      .from(bankTransfers)
      .where(and(...filters(filter)))
      .orderBy(desc(bankTransfers.id))
      .limit(mostCounted + 1)
      .as('counted');
    const sums = await ctx.db
      .select({
        counted: count(),
        amountMicros: sql<bigint>`coalesce(sum(${rows.amount}) filter (where ${rows.isCounted}), 0)`.mapWith(
          BigInt,
        ),
      })
      .from(rows);
    const { counted, amountMicros } = firstOf(sums);
    return { ...countOf(counted), amountMicros };
  });
}

function filters({ status, tenantId }: BankTransferFilter): (SQL | undefined)[] {
  return [
    status === undefined ? undefined : eq(bankTransfers.status, status),
    tenantId === undefined ? undefined : eq(bankTransfers.tenantId, tenantId),
  ];
}
