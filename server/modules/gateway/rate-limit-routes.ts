import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import {
  accountRateLimitSchema,
  listAccountRateLimits,
  listModelRateLimits,
  modelRateLimitSchema,
  rateLimitFields,
  removeRateLimit,
  setAccountRateLimit,
  setModelRateLimit,
} from './change-rate-limits.ts';
import { listOwnRateLimits } from './own-rate-limits.ts';

const stored = { id: z.string(), ...rateLimitFields, updatedAt: instantSchema };
const modelView = z.object({ ...stored, modelId: z.string() }).meta({ id: 'ModelRateLimit' });
const accountView = z
  .object({
    ...stored,
    tenantId: z.string(),
    modelId: z.string().nullable().meta({ description: 'null: each model that has no limit of its own' }),
  })
  .meta({ id: 'AccountRateLimit' });
const ownView = z.object({ modelId: z.string(), ...rateLimitFields }).meta({ id: 'OwnRateLimit' });
const tags = ['gateway', 'operator'];

/** What accounts may call of models: operators decide it, customers see theirs. */
export function rateLimitRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.get(
    '/api/gateway/rate-limits',
    {
      schema: {
        operationId: 'listOwnRateLimits',
        tags: ['gateway'],
        summary: 'What your account may call of each model that is limited, all keys together',
        response: { 200: z.object({ items: z.array(ownView) }) },
      },
    },
    async ({ ctx }) => ({ items: await listOwnRateLimits(ctx) }),
  );
  routes.get(
    '/api/gateway/model-rate-limits',
    {
      schema: {
        operationId: 'listModelRateLimits',
        tags,
        summary: 'What every account may call of a model, all its keys together',
        response: { 200: z.object({ items: z.array(modelView) }) },
      },
    },
    async ({ ctx }) => ({ items: await listModelRateLimits(ctx) }),
  );
  routes.put(
    '/api/gateway/model-rate-limits',
    {
      schema: {
        operationId: 'setModelRateLimit',
        tags,
        summary: 'Say what every account may call of a model',
        body: modelRateLimitSchema,
        response: { 200: modelView },
      },
    },
    async ({ ctx, body }) => setModelRateLimit(ctx, body),
  );
  routes.get(
    '/api/gateway/account-rate-limits',
    {
      schema: {
        operationId: 'listAccountRateLimits',
        tags,
        summary: 'What single accounts may call instead, newest first',
        querystring: pageSchema.extend({ tenantId: idSchema('tenant').optional() }),
        response: { 200: pageOf(accountView) },
      },
    },
    async ({ ctx, query }) => listAccountRateLimits(ctx, query),
  );
  routes.put(
    '/api/gateway/account-rate-limits',
    {
      schema: {
        operationId: 'setAccountRateLimit',
        tags,
        summary: 'Say what one account may call, of one model or of each',
        body: accountRateLimitSchema,
        response: { 200: accountView },
      },
    },
    async ({ ctx, body }) => setAccountRateLimit(ctx, body),
  );
  routes.delete(
    '/api/gateway/rate-limits/:rateLimitId',
    {
      schema: {
        operationId: 'removeRateLimit',
        tags,
        summary: 'Take back what was said of a model or of an account',
        params: z.object({ rateLimitId: idSchema('rate') }),
        response: { 204: z.null() },
      },
    },
    async ({ ctx, params }, reply) => {
      await removeRateLimit(ctx, params);
      return reply.code(204).send(null);
    },
  );
}
