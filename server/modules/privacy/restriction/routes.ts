import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, typed } from '../../../kernel/http.ts';
import type { Purpose } from '../../../declare/policy.ts';
import type { Product } from '../../../declare/product.ts';
import { liftObjection, objectTo } from './object.ts';
import { readProcessing } from './list-purposes.ts';
import { liftRestriction, restrictProcessing } from './restrict.ts';

const tags = ['privacy'];

const processingSchema = z
  .object({
    restrictedSince: instantSchema.nullable(),
    purposes: z.array(
      z.object({
        purpose: z.string(),
        text: z.string(),
        basis: z.string(),
        restsOnConsent: z.boolean(),
        canStop: z.boolean().meta({ description: 'stopped by an objection and by a restriction' }),
        objectedAt: instantSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'Processing' });

/** Stopping what need not go on: everything at once, or purpose by purpose. */
export function restrictionRoutes(app: FastifyInstance, product: Product): void {
  const objectionParams = z.object({ purpose: z.enum(purposeNames(product)) });
  const routes = typed(app);
  routes.get(
    '/api/privacy/processing',
    {
      schema: {
        operationId: 'getProcessing',
        tags,
        summary: 'Why your data are processed, and what of it you have stopped',
        querystring: z.object({ lang: z.enum(['zh', 'en']).default('zh') }),
        response: { 200: processingSchema },
      },
    },
    async ({ ctx, query }) => readProcessing(ctx, query.lang),
  );
  routes.post(
    '/api/privacy/restriction',
    {
      schema: {
        operationId: 'restrictProcessing',
        tags,
        summary: 'Stop every purpose that need not go on (DRUN-7.4, PIPL 44)',
        response: { 204: z.null() },
      },
    },
    async ({ ctx }, reply) => {
      await restrictProcessing(ctx);
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    '/api/privacy/restriction',
    {
      schema: {
        operationId: 'liftRestriction',
        tags,
        summary: 'Let processing go on',
        response: { 204: z.null() },
      },
    },
    async ({ ctx }, reply) => {
      await liftRestriction(ctx);
      return reply.code(204).send(null);
    },
  );
  routes.put(
    '/api/privacy/objections/:purpose',
    {
      schema: {
        operationId: 'objectToPurpose',
        tags,
        summary: 'Object to one purpose (DRUN-7.6)',
        params: objectionParams,
        response: { 204: z.null() },
      },
    },
    async ({ ctx, params }, reply) => {
      await objectTo(ctx, params);
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    '/api/privacy/objections/:purpose',
    {
      schema: {
        operationId: 'liftObjection',
        tags,
        summary: 'Take an objection back',
        params: objectionParams,
        response: { 204: z.null() },
      },
    },
    async ({ ctx, params }, reply) => {
      await liftObjection(ctx, params);
      return reply.code(204).send(null);
    },
  );
}

/** Guarantee: the keys of the declared purposes. */
function purposeNames(product: Product): Purpose[] {
  return Object.keys(product.registry.vocabulary.purposes) as Purpose[];
}
