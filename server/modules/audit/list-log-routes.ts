import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../kernel/export-list.ts';
import { inBothLanguages } from '../../kernel/list-files.ts';
import { instantSchema, localisedTextSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
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
    title: localisedTextSchema.meta({ description: 'The action in words' }),
    targetId: z.string().nullable(),
    requestId: z.string().nullable(),
    leafIndex: z.int().nullable().meta({ description: 'Place in the log, null for a moment at first' }),
  })
  .meta({ id: 'AuditLogLine' });

/** The whole log for an officer, who says why; every person it concerns reads the answer. */
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

  exportList(app, {
    path: '/api/audit/log/lines',
    name: 'AuditLog',
    tags: ['audit', 'operator'],
    summary: 'What was done in this installation',
    fileName: 'audit-log',
    filter,
    item: lineSchema,
    begin: noteLogExport,
    readPage: listLog,
    columns: [
      ['leaf 序号', (line) => (line.leafIndex === null ? null : { number: String(line.leafIndex) })],
      ['time 时间 (UTC+8)', (line) => line.createdAt],
      ['actor 操作者', (line) => line.actor],
      ['action 操作', (line) => inBothLanguages(line.title)],
      ['code 操作代码', (line) => line.action],
      ['target 对象', (line) => line.targetId],
      ['request 请求编号', (line) => line.requestId],
      ['id 记录编号', (line) => line.id],
    ],
  });
}
