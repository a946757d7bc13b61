import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { typed } from '../../kernel/http.ts';
import { appointOperator } from './appoint-operator.ts';
import { proofSchema } from './wire.ts';

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
}
