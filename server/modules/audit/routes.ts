import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listAuditEntries } from './audit.ts';

const auditEntrySchema = z
  .object({
    id: z.string(),
    actor: z.string(),
    action: z.string(),
    targetId: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    requestId: z.string(),
    createdAt: instantSchema,
  })
  .meta({ id: 'AuditEntry' });

export function auditRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/audit/entries',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['audit'],
        summary: 'What was done in your account, newest first',
        querystring: pageSchema,
        response: { 200: pageOf(auditEntrySchema) },
      },
    },
    async (request) => listAuditEntries(request.ctx, request.query),
  );
}
