import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../../kernel/id.ts';
import { forPrograms, instantSchema, pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { proofSchema } from '../../identity/index.ts';
import { type Delivery, deliverExport } from './deliver-export.ts';
import { cancelExport, getExport, listExports, viewOf } from './list-exports.ts';
import { startExport } from './start-export.ts';

const tags = ['privacy'];
const exportParams = z.object({ exportId: idSchema('export') });

const exportSchema = z
  .object({
    id: z.string(),
    status: z.enum(['queued', 'running', 'ready', 'delivering', 'taken', 'expired', 'cancelled', 'failed']),
    language: z.enum(['zh', 'en']).meta(forPrograms),
    rowsDone: z.int(),
    rowsTotal: z.int().nullable().meta({ description: 'null until they are counted' }),
    sizeBytes: z.int().nullable(),
    createdAt: instantSchema,
    finishedAt: instantSchema.nullable(),
    takenAt: instantSchema.nullable(),
    expiresAt: instantSchema.nullable(),
    downloadUrl: z
      .string()
      .nullable()
      .meta({ description: 'usable in a session of this person, until `expiresAt`' }),
  })
  .meta({ id: 'DataExport' });

/** Copies of everything held about a person, to read and to take elsewhere. */
export function exportRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.post(
    '/api/privacy/exports',
    {
      schema: {
        operationId: 'startExport',
        tags,
        summary:
          'Ask for a copy of everything held about you (DRUN-7.5); the one being written, if there is one',
        body: z.object({ language: z.enum(['zh', 'en']).default('zh'), proof: proofSchema }),
        response: { 202: exportSchema },
      },
    },
    async ({ ctx, body }, reply) => reply.code(202).send(viewOf(ctx, await startExport(ctx, body))),
  );
  routes.get(
    '/api/privacy/exports',
    {
      schema: {
        operationId: 'listExports',
        tags,
        summary: 'Your copies, newest first',
        querystring: pageSchema,
        response: { 200: pageOf(exportSchema) },
      },
    },
    async ({ ctx, query }) => listExports(ctx, query),
  );
  routes.get(
    '/api/privacy/exports/:exportId',
    {
      schema: {
        operationId: 'getExport',
        tags,
        summary: 'How far a copy is',
        params: exportParams,
        response: { 200: exportSchema },
      },
    },
    async ({ ctx, params }) => getExport(ctx, params),
  );
  routes.delete(
    '/api/privacy/exports/:exportId',
    {
      schema: {
        operationId: 'cancelExport',
        tags,
        summary: 'Stop and delete a copy',
        params: exportParams,
        response: { 204: z.null() },
      },
    },
    async ({ ctx, params }, reply) => {
      await cancelExport(ctx, params);
      return reply.code(204).send(null);
    },
  );
  routes.get(
    '/api/privacy/exports/:exportId/file',
    {
      // Asking for the headers only would count as a download.
      exposeHeadRoute: false,
      schema: {
        operationId: 'downloadExport',
        tags,
        summary:
          'The copy as a zip file. Once it was downloaded it stays for 15 more minutes, so that a download that broke off can be repeated; then it is deleted',
        params: exportParams,
        response: { 200: z.string().meta({ description: 'application/zip' }) },
      },
    },
    async ({ ctx, params }, reply) => sendZip(reply, await deliverExport(ctx, params)),
  );
}

function sendZip(reply: FastifyReply, { sizeBytes, pieces }: Delivery): FastifyReply {
  return reply
    .type('application/zip')
    .header('content-disposition', 'attachment; filename="candor-my-data.zip"')
    .header('content-length', sizeBytes)
    .send(Readable.from(pieces, { objectMode: false }));
}
