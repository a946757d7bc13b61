import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../kernel/export-list.ts';
import { pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { wordInBothLanguages } from '../../kernel/list-files.ts';
import { formatMicros } from '../../kernel/money.ts';
import { changeApiKey, createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts';
import * as wire from './wire.ts';
import { keyStatusWords } from './words.ts';

const tags = ['identity'];

export function apiKeyRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/identity/api-keys',
    {
      schema: {
        operationId: 'listApiKeys',
        tags,
        summary: 'Your API keys, masked',
        querystring: pageSchema,
        response: { 200: pageOf(wire.apiKeySchema) },
      },
    },
    async (request) => listApiKeys(request.ctx, request.query),
  );
  exportList(app, {
    path: '/api/identity/api-keys',
    name: 'ApiKeys',
    tags,
    summary: 'Your API keys, masked,',
    fileName: 'api-keys',
    filter: z.object({}),
    item: wire.apiKeySchema,
    readPage: listApiKeys,
    columns: [
      ['id 编号', (key) => key.id],
      ['name 名称', (key) => key.name],
      ['key 密钥', (key) => key.maskedKey],
      ['status 状态', (key) => wordInBothLanguages(keyStatusWords, key.status)],
      ['quota_tokens 额度', (key) => (key.tokenQuota === null ? null : { number: String(key.tokenQuota) })],
      ['used_tokens 已用', (key) => ({ number: String(key.tokensUsed) })],
      [
        'quota_cny 金额额度（元）',
        (key) => (key.moneyQuotaMicros === null ? null : { number: formatMicros(key.moneyQuotaMicros) }),
      ],
      ['spent_cny 已用金额（元）', (key) => ({ number: formatMicros(key.spentMicros) })],
      ['created 创建时间 (UTC+8)', (key) => key.createdAt],
      ['last_used 最近使用 (UTC+8)', (key) => key.lastUsedAt],
      ['expires 到期时间 (UTC+8)', (key) => key.expiresAt],
    ],
  });
  typed(app).post(
    '/api/identity/api-keys',
    {
      config: { widensProcessing: true },
      schema: {
        operationId: 'createApiKey',
        tags,
        summary: 'Make an API key; its secret is in this answer and never again',
        body: wire.createApiKeySchema,
        response: { 201: z.object({ apiKey: wire.apiKeySchema, secret: z.string() }) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await createApiKey(request.ctx, request.body)),
  );
  typed(app).patch(
    '/api/identity/api-keys/:apiKeyId',
    {
      schema: {
        operationId: 'changeApiKey',
        tags,
        summary: 'Rename, disable or limit an API key',
        params: wire.apiKeyParams,
        body: wire.changeApiKeySchema,
        response: { 200: wire.apiKeySchema },
      },
    },
    async (request) => changeApiKey(request.ctx, { ...request.body, ...request.params }),
  );
  typed(app).delete(
    '/api/identity/api-keys/:apiKeyId',
    {
      schema: {
        operationId: 'deleteApiKey',
        tags,
        summary: 'Delete an API key at once',
        params: wire.apiKeyParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteApiKey(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );
}
