import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, typed } from '../../kernel/http.ts';
import { admitAuditor, readLogAsAuditor } from './auditors.ts';
import { loggedEntrySchema, referencesSchema } from './log-routes.ts';

const admissionSchema = z
  .object({
    auditorId: z.string(),
    expiresAt: instantSchema,
    token: z.string().meta({ description: 'Shown once; send it as Authorization: Bearer' }),
  })
  .meta({ id: 'AuditorAdmission' });

export function auditorRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.post(
    '/api/audit/auditors',
    {
      schema: {
        operationId: 'admitAuditor',
        tags: ['audit', 'operator'],
        summary: 'Let an auditor read the log for some days: reading only, every look recorded',
        body: z.strictObject({ days: z.int().min(1).max(30) }),
        response: { 201: admissionSchema },
      },
    },
    async (request, reply) => reply.code(201).send(await admitAuditor(request.ctx, request.body)),
  );

  routes.get(
    '/api/audit/log/entries',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'readAuditLog',
        tags: ['audit'],
        summary: 'Leaves of the whole log, for an admitted auditor',
        querystring: z.object({
          from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
        response: {
          200: z.object({
            items: z.array(loggedEntrySchema.extend({ references: referencesSchema })),
            next: z.int().nullable(),
          }),
        },
      },
    },
    async (request) =>
      readLogAsAuditor(request.ctx, { ...request.query, authorization: request.headers.authorization }),
  );
}
