import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { forPrograms, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { microsSchema, positiveMicrosSchema } from '../../kernel/money.ts';
import { shownLine } from '../../kernel/normal-form.ts';
import { reversalReasons } from './bank-transfer-status.ts';
import { creditBankTransfer } from './bank-transfers.ts';
import { checkLedger } from './check-ledger.ts';
import { approveBankTransfer, rejectBankTransfer, reverseBankTransfer } from './decide-bank-transfer.ts';
import { listBankTransfers, sumBankTransfers } from './list-bank-transfers.ts';
import { isSerial } from './serial-numbers.ts';
import {
  bankTransferFilter,
  bankTransferSchema,
  bankTransferTotalsSchema,
  suspendedPaymentSchema,
} from './wire.ts';

const bankTransferBody = z.strictObject({
  tenantId: idSchema('tenant'),
  amountMicros: positiveMicrosSchema,
  serialNumber: z
    .string()
    .max(64)
    .refine(isSerial, { error: 'must consist of the letters A to Z and digits' }),
  message: z.string().max(200).optional(),
  paymentSource: z.strictObject({
    accountName: z.string().overwrite(shownLine).min(1).max(100),
    bankAccount: z.string().overwrite(shownLine).min(1).max(40),
    bankName: z.string().overwrite(shownLine).min(1).max(100),
  }),
});

const ledgerCheckSchema = z
  .object({
    sumMicros: microsSchema,
    accountsChecked: z.int(),
    transfersChecked: z.int(),
    mismatches: z.array(
      z.object({
        kind: z.enum(['posted', 'held', 'hold']).meta(forPrograms),
        id: z.string(),
        storedMicros: microsSchema,
        foldedMicros: microsSchema,
      }),
    ),
  })
  .meta({ id: 'LedgerCheck' });

const transferParams = z.object({ bankTransferId: idSchema('bank') });
const tags = ['wallet', 'operator'];

export function operatorRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.post(
    '/api/wallet/bank-transfers',
    {
      schema: {
        operationId: 'creditBankTransfer',
        tags: ['wallet', 'operator'],
        summary:
          'Credit money that arrived at the bank; the same serial number twice is one credit. 202: the account is closed and the money is in suspense',
        body: bankTransferBody,
        response: { 200: bankTransferSchema, 201: bankTransferSchema, 202: suspendedPaymentSchema },
      },
    },
    async (request, reply) => {
      const credited = await creditBankTransfer(request.ctx, request.body);
      if ('suspended' in credited) return reply.code(202).send(credited.suspended);
      return reply.code(credited.isNew ? 201 : 200).send(credited.bankTransfer);
    },
  );

  routes.get(
    '/api/wallet/bank-transfers',
    {
      schema: {
        operationId: 'listBankTransfers',
        tags,
        summary: 'Credits of bank transfers, newest first',
        querystring: pageSchema.extend(bankTransferFilter.shape),
        response: { 200: pageOf(bankTransferSchema) },
      },
    },
    async (request) => listBankTransfers(request.ctx, request.query),
  );

  routes.get(
    '/api/wallet/bank-transfers/totals',
    {
      schema: {
        operationId: 'sumBankTransfers',
        tags,
        summary: 'How many credits of bank transfers there are under the filters, and their sum',
        querystring: bankTransferFilter,
        response: { 200: bankTransferTotalsSchema },
      },
    },
    async (request) => sumBankTransfers(request.ctx, request.query),
  );

  routes.post(
    '/api/wallet/bank-transfers/search',
    {
      schema: {
        operationId: 'findBankTransfer',
        tags,
        summary:
          'The credit with a serial number, in any spelling; in a body because addresses are written down',
        body: z.strictObject({ serialNumber: z.string().min(1).max(64) }),
        response: { 200: pageOf(bankTransferSchema) },
      },
    },
    async (request) => listBankTransfers(request.ctx, { limit: 20, ...request.body }),
  );

  routes.post(
    '/api/wallet/bank-transfers/:bankTransferId/approve',
    {
      schema: {
        operationId: 'approveBankTransfer',
        tags,
        summary: 'Credit a transfer that another operator entered, or reverse one as another operator asked',
        params: transferParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await approveBankTransfer(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );

  routes.post(
    '/api/wallet/bank-transfers/:bankTransferId/reject',
    {
      schema: {
        operationId: 'rejectBankTransfer',
        tags,
        summary: 'End a transfer, or its reversal, that waits for approval without moving money',
        params: transferParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await rejectBankTransfer(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );

  routes.post(
    '/api/wallet/bank-transfers/:bankTransferId/reverse',
    {
      schema: {
        operationId: 'reverseBankTransfer',
        tags,
        summary:
          'Take a credit back; what has been spent meanwhile becomes debt. 202: it waits for another operator',
        params: transferParams,
        body: z.strictObject({ reason: z.enum(reversalReasons) }),
        response: { 202: z.null(), 204: z.null() },
      },
    },
    async (request, reply) => {
      const isDone = await reverseBankTransfer(request.ctx, { ...request.params, ...request.body });
      return reply.code(isDone ? 204 : 202).send(null);
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
