import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listStaffReads } from './staff-reads.ts';

const staffReadSchema = z
  .object({
    id: z.string(),
    staffId: z.string(),
    what: z.array(z.string()).meta({ description: 'Columns that were shown, as in the collection list' }),
    reason: z.string(),
    caseId: z.string().nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'StaffRead' });

export function staffReadRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/audit/staff-reads',
    {
      schema: {
        operationId: 'listStaffReads',
        tags: ['audit'],
        summary: 'Who of the staff looked at your data, at what, when and why',
        querystring: pageSchema,
        response: { 200: pageOf(staffReadSchema) },
      },
    },
    async (request) => listStaffReads(request.ctx, request.query),
  );
}
