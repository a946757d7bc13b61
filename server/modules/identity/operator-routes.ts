import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../kernel/export-list.ts';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { wordInBothLanguages } from '../../kernel/list-files.ts';
import { appointOperator } from './appoint-operator.ts';
import { listTenants, tenantKinds, tenantStatuses } from './tenants.ts';
import { proofSchema, tenantSchema } from './wire.ts';
import { tenantKindWords, tenantStatusWords } from './words.ts';

const tenantFilter = z.object({
  kind: z.enum(tenantKinds).optional(),
  status: z.enum(tenantStatuses).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});

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
  typed(app).get(
    '/api/identity/tenants',
    {
      schema: {
        operationId: 'listTenants',
        tags: ['identity'],
        summary: 'Accounts of this installation (operator)',
        querystring: pageSchema.extend(tenantFilter.shape),
        response: { 200: pageOf(tenantSchema) },
      },
    },
    async (request) => listTenants(request.ctx, request.query),
  );
  exportList(app, {
    path: '/api/identity/tenants',
    name: 'Tenants',
    tags: ['identity', 'operator'],
    summary: 'Accounts of this installation',
    fileName: 'tenants',
    filter: tenantFilter,
    item: tenantSchema,
    readPage: listTenants,
    columns: [
      ['id 编号', (row) => row.id],
      ['name 名称', (row) => row.name],
      ['owner 所有者', (row) => row.ownerUsername],
      ['kind 类型', (row) => wordInBothLanguages(tenantKindWords, row.kind)],
      ['status 状态', (row) => wordInBothLanguages(tenantStatusWords, row.status)],
      ['created 创建时间 (UTC+8)', (row) => row.createdAt],
    ],
  });
  // What is looked for is often a value of a person, and addresses are logged on the way.
  typed(app).post(
    '/api/identity/tenants/search',
    {
      schema: {
        operationId: 'searchTenants',
        tags: ['identity', 'operator'],
        summary: 'Find accounts (operator)',
        body: z.strictObject({
          ...pageSchema.shape,
          ...tenantFilter.shape,
          query: z.string().min(1).max(100),
        }),
        response: { 200: pageOf(tenantSchema) },
      },
    },
    async (request) => listTenants(request.ctx, request.body),
  );
}
