import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listOutbox } from './list-outbox.ts';

const messageSchema = z
  .object({
    id: z.string(),
    channel: z.enum(['sms', 'mail']),
    to: z.string(),
    subject: z.string().nullable(),
    body: z.string(),
    status: z.enum(['queued', 'sent', 'failed']),
    createdAt: instantSchema,
  })
  .meta({ id: 'OutboxMessage' });

export function notificationsRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/notifications/outbox',
    {
      schema: {
        operationId: 'listOutbox',
        tags: ['notifications'],
        summary: 'Messages of the last seven days, newest first (operator)',
        querystring: pageSchema,
        response: { 200: pageOf(messageSchema) },
      },
    },
    async (request) => listOutbox(request.ctx, request.query),
  );
}
