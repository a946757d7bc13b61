import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { microsSchema, positiveMicrosSchema } from '../../kernel/money.ts';
import { creditBankTransfer } from './bank-transfers.ts';
import { checkLedger } from './check-ledger.ts';

const bankTransferSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    amountMicros: microsSchema,
    serialNumber: z.string(),
    createdAt: instantSchema,
  })
  .meta({ id: 'BankTransfer', description: 'The payer is kept and not repeated here' });

const bankTransferBody = z.strictObject({
  tenantId: idSchema('tenant'),
  amountMicros: positiveMicrosSchema,
  serialNumber: z.string().trim().min(1).max(64),
  message: z.string().max(200).optional(),
  paymentSource: z.strictObject({
    accountName: z.string().trim().min(1).max(100),
    bankAccount: z.string().trim().min(1).max(40),
    bankName: z.string().trim().min(1).max(100),
  }),
});

const ledgerCheckSchema = z
  .object({
    sumMicros: microsSchema,
    accountsChecked: z.int(),
    transfersChecked: z.int(),
    mismatches: z.array(
      z.object({
        kind: z.enum(['posted', 'held', 'hold']),
        id: z.string(),
        storedMicros: microsSchema,
        foldedMicros: microsSchema,
      }),
    ),
  })
  .meta({ id: 'LedgerCheck' });

export function operatorRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.post(
    '/api/wallet/bank-transfers',
    {
      schema: {
        operationId: 'creditBankTransfer',
        tags: ['wallet', 'operator'],
        summary: 'Credit money that arrived at the bank; the same serial number twice is one credit',
        body: bankTransferBody,
        response: { 200: bankTransferSchema, 201: bankTransferSchema },
      },
    },
    async (request, reply) => {
      const { bankTransfer, isNew } = await creditBankTransfer(request.ctx, request.body);
      return reply.code(isNew ? 201 : 200).send(bankTransfer);
    },
  );

  routes.get(
    '/api/wallet/ledger-check',
    {
      schema: {
        operationId: 'checkLedger',
        tags: ['wallet', 'operator'],
        summary: 'Fold the whole journal again and compare',
        response: { 200: ledgerCheckSchema },
      },
    },
    async (request) => checkLedger(request.ctx),
  );
}
