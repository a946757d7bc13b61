import { z } from 'zod';
import { instantSchema } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { microsSchema } from '../../kernel/money.ts';
import { countShape } from '../../kernel/totals.ts';
import { bankTransferStatuses, reversalReasons } from './bank-transfer-status.ts';
import { suspenseReasons, suspenseStatuses } from './suspense-status.ts';
import { topUpStatuses } from './top-up-status.ts';
import { transferCodes } from './transfer.ts';

export const topUpSchema = z
  .object({
    id: z.string(),
    status: z.enum(topUpStatuses),
    failureReason: z.enum(['cancelled', 'expired']).nullable(),
    amountMicros: microsSchema,
    channel: z.string(),
    isLate: z.boolean().meta({ description: 'the payment arrived after the top-up had ended' }),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    paidAt: instantSchema.nullable(),
    redirectUrl: z.string().nullable().meta({ description: 'the cashier, where a waiting top-up is paid' }),
  })
  .meta({ id: 'TopUp' });

export const topUpFilter = z.object({ status: z.enum(topUpStatuses).optional() });

export const transactionFilter = z.object({
  type: z.enum(transferCodes).optional(),
  direction: z.enum(['in', 'out']).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});

export const transactionSchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    direction: z.enum(['in', 'out']),
    type: z.enum(transferCodes),
    channel: z.string(),
    amountMicros: microsSchema,
    balanceAfterMicros: microsSchema,
    relatedId: z.string(),
  })
  .meta({ id: 'Transaction' });

export const transactionTotalsSchema = z
  .object({ ...countShape, inMicros: microsSchema, outMicros: microsSchema })
  .meta({ id: 'TransactionTotals' });

export const bankTransferFilter = z.object({
  status: z.enum(bankTransferStatuses).optional(),
  tenantId: idSchema('tenant').optional(),
});

export const bankTransferSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    amountMicros: microsSchema,
    serialNumber: z.string().meta({ description: 'in its normal form' }),
    status: z.enum(bankTransferStatuses),
    creditedBy: z.string().meta({ description: 'who entered it' }),
    decidedBy: z.string().nullable().meta({ description: 'the second operator; null where there is none' }),
    decidedAt: instantSchema.nullable(),
    reversalProposedBy: z
      .string()
      .nullable()
      .meta({ description: 'who asked for the reversal; null where there is one operator' }),
    reversedBy: z.string().nullable(),
    reversedAt: instantSchema.nullable(),
    reversalReason: z.enum(reversalReasons).nullable(),
    duplicateOf: z
      .string()
      .nullable()
      .meta({ description: 'an earlier credit with the same number in another spelling' }),
    createdAt: instantSchema,
  })
  .meta({ id: 'BankTransfer', description: 'The payer is kept and not repeated here' });

export const bankTransferTotalsSchema = z
  .object({ ...countShape, amountMicros: microsSchema })
  .meta({ id: 'BankTransferTotals' });

export const suspenseFilter = z.object({ status: z.enum(suspenseStatuses).optional() });

export const suspendedPaymentSchema = z
  .object({
    id: z.string(),
    channel: z.string(),
    tradeNumber: z.string().meta({ description: 'the number of the payment at the channel or the bank' }),
    amountMicros: microsSchema,
    receivedAt: instantSchema,
    status: z.enum(suspenseStatuses),
    reason: z
      .enum(suspenseReasons)
      .nullable()
      .meta({ description: 'why it went back, or what proved whose it is' }),
    refundReference: z.string().nullable(),
    tenantId: z.string().nullable().meta({ description: 'the account it is or will be assigned to' }),
    proposedBy: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    resolvedAt: instantSchema.nullable(),
  })
  .meta({ id: 'SuspendedPayment', description: 'Money that arrived for a closed account' });
