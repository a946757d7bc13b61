import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { appointOperator } from './appoint-operator.ts';
import { listTenants } from './tenants.ts';
import { proofSchema, tenantSchema } from './wire.ts';

/** Who runs the installation. */
export function operatorRoutes(app: FastifyInstance): void {
  typed(app).post(
    '/api/identity/operators',
    {
      schema: {
        operationId: 'appointOperator',
        tags: ['identity', 'operator'],
        summary: 'Make a person an operator too',
        body: z.strictObject({ username: z.string().min(1).max(100), proof: proofSchema }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await appointOperator(request.ctx, request.body);
      return reply.code(204).send(null);
    },
  );
  typed(app).get(
    '/api/identity/tenants',
    {
      schema: {
        operationId: 'listTenants',
        tags: ['identity'],
        summary: 'Accounts of this installation (operator)',
        querystring: pageSchema.extend({ query: z.string().max(100).optional() }),
        response: { 200: pageOf(tenantSchema) },
      },
    },
    async (request) => listTenants(request.ctx, request.query),
  );
}
