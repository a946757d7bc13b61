import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { csvOfPages, sendCsv } from '../../kernel/csv.ts';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listLog, noteLogExport } from './list-log.ts';

const filter = z.object({
  actor: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
  targetId: z.string().max(200).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});

const lineSchema = z
  .object({
    id: z.string(),
    createdAt: instantSchema,
    actor: z.string().nullable().meta({ description: 'Null once the person is erased' }),
    action: z.string(),
    targetId: z.string().nullable(),
    requestId: z.string().nullable(),
    leafIndex: z.int().nullable().meta({ description: 'Place in the log, null for a moment at first' }),
  })
  .meta({ id: 'AuditLogLine' });

const header = [
  'leaf 序号',
  'time 时间 (UTC)',
  'actor 操作者',
  'action 操作',
  'target 对象',
  'request 请求编号',
  'id 记录编号',
];

/** The whole log for an officer, who says why; everybody it concerns reads the answer. */
export function listLogRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.get(
    '/api/audit/log/lines',
    {
      schema: {
        operationId: 'listAuditLog',
        tags: ['audit', 'operator'],
        summary: 'What was done in this installation, newest first',
        querystring: pageSchema.extend(filter.shape),
        response: { 200: pageOf(lineSchema) },
      },
    },
    async (request) => listLog(request.ctx, request.query),
  );

  routes.get(
    '/api/audit/log/lines.csv',
    {
      schema: {
        operationId: 'exportAuditLog',
        tags: ['audit', 'operator'],
        summary: 'The same as a CSV file',
        querystring: filter,
        response: { 200: z.string().meta({ description: 'text/csv' }) },
      },
    },
    async (request, reply) => {
      await noteLogExport(request.ctx);
      return sendCsv(
        reply,
        'audit-log.csv',
        csvOfPages({
          header,
          readPage: (page) => listLog(request.ctx, { ...request.query, ...page }),
          cells: (line) => [
            line.leafIndex === null ? null : { number: String(line.leafIndex) },
            line.createdAt.toISOString(),
            line.actor,
            line.action,
            line.targetId,
            line.requestId,
            line.id,
          ],
        }),
      );
    },
  );
}
