import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, localisedTextSchema, pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { listUnreadableCells } from './unreadable-cells.ts';

const unreadableCellSchema = z
  .object({
    id: z.string(),
    title: localisedTextSchema,
    table: z.string(),
    column: z.string(),
    rowId: z.string(),
    code: z.string(),
    seen: z.int(),
    firstSeenAt: instantSchema,
    lastSeenAt: instantSchema,
  })
  .meta({ id: 'UnreadableCell' });

/** What an operator looks at when the alarm of damaged cells is raised. */
export function integrityRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/privacy/unreadable-cells',
    {
      schema: {
        operationId: 'listUnreadableCells',
        tags: ['privacy'],
        summary: 'Places of sealed values that cannot be read, newest first',
        querystring: pageSchema,
        response: { 200: pageOf(unreadableCellSchema) },
      },
    },
    async ({ ctx, query }) => listUnreadableCells(ctx, query),
  );
}
