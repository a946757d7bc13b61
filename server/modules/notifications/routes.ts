import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listOutbox } from './list-outbox.ts';

const messageSchema = z
  .object({
    id: z.string(),
    channel: z.enum(['sms', 'mail']),
    to: z.string(),
    subject: z.string().nullable(),
    body: z
      .string()
      .nullable()
      .meta({ description: 'null outside development: texts hold codes and links that open accounts' }),
    status: z.enum(['queued', 'kept', 'sent', 'failed']).meta({
      description: 'sent: handed over to the provider; kept: no provider is connected, so it lies here',
    }),
    createdAt: instantSchema,
  })
  .meta({ id: 'OutboxMessage' });

export function notificationsRoutes(app: FastifyInstance, { config }: { readonly config: Config }): void {
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
    async (request) => listOutbox(request.ctx, { ...request.query, withBodies: !config.isProduction }),
  );
}
