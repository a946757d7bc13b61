import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { shownLine } from '../../kernel/normal-form.ts';
import { listSuspendedPayments } from './list-suspended-payments.ts';
import {
  approveAssignment,
  assignSuspendedPayment,
  declineAssignment,
  refundSuspendedPayment,
} from './resolve-suspense.ts';
import { assignmentProofs, refundReasons, suspenseStatuses } from './suspense-status.ts';
import { suspendedPaymentSchema, suspenseFilter } from './wire.ts';

const params = z.object({ suspendedPaymentId: idSchema('suspense') });
const tags = ['wallet', 'operator'];

export function suspenseRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.get(
    '/api/wallet/suspended-payments',
    {
      schema: {
        operationId: 'listSuspendedPayments',
        tags,
        summary: 'Money that arrived for closed accounts, newest first',
        querystring: pageSchema.extend(suspenseFilter.shape),
        response: { 200: pageOf(suspendedPaymentSchema) },
      },
    },
    async (request) => listSuspendedPayments(request.ctx, request.query),
  );

  routes.post(
    '/api/wallet/suspended-payments/:suspendedPaymentId/refund',
    {
      schema: {
        operationId: 'refundSuspendedPayment',
        tags,
        summary: 'Book that the money was sent back to its payer',
        params,
        body: z.strictObject({
          reason: z.enum(refundReasons),
          reference: z.string().overwrite(shownLine).min(1).max(64),
        }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await refundSuspendedPayment(request.ctx, { ...request.params, ...request.body });
      return reply.code(204).send(null);
    },
  );

  routes.post(
    '/api/wallet/suspended-payments/:suspendedPaymentId/assign',
    {
      schema: {
        operationId: 'assignSuspendedPayment',
        tags,
        summary: 'Assign the money to an account; a second operator approves where there is one',
        params,
        body: z.strictObject({ tenantId: idSchema('tenant'), proof: z.enum(assignmentProofs) }),
        response: { 200: z.object({ status: z.enum(suspenseStatuses) }) },
      },
    },
    async (request) => assignSuspendedPayment(request.ctx, { ...request.params, ...request.body }),
  );

  routes.post(
    '/api/wallet/suspended-payments/:suspendedPaymentId/approve',
    {
      schema: {
        operationId: 'approveSuspendedPayment',
        tags,
        summary: 'Credit the money to the account another operator proposed',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await approveAssignment(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );

  routes.post(
    '/api/wallet/suspended-payments/:suspendedPaymentId/decline',
    {
      schema: {
        operationId: 'declineSuspendedPayment',
        tags,
        summary: 'Take a proposed assignment back; the money waits again',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await declineAssignment(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );
}
