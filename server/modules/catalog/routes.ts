import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, localisedTextSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { modelKinds } from './kinds.ts';
import { listMeters } from './list-meters.ts';
import { listModels, withdrawModel } from './models.ts';
import { listPrices, setPrice } from './prices.ts';
import { modelIdSchema, priceAmountSchema, priceUnitsSchema, skuSchema } from './wire.ts';

const meterPriceSchema = z
  .object({ meter: z.string(), micros: priceAmountSchema, perUnits: priceUnitsSchema })
  .meta({ id: 'MeterPrice' });

const meterSchema = z
  .object({
    name: z.string(),
    title: localisedTextSchema,
    unit: z.string(),
    product: z.string(),
    pricedAs: z
      .string()
      .nullable()
      .meta({ description: 'the meter whose price holds where a version names none for this one' }),
    kinds: z.array(z.enum(modelKinds)).meta({ description: 'kinds of models of which it is counted' }),
    requiredFor: z
      .array(z.enum(modelKinds))
      .meta({ description: 'kinds of models that cannot be sold without a price for it' }),
  })
  .meta({ id: 'Meter' });

const modelSchema = z
  .object({
    id: z.string(),
    displayName: localisedTextSchema,
    description: localisedTextSchema,
    provider: z.string(),
    kind: z.enum(modelKinds),
    contextTokens: z.int(),
    tags: z.array(z.string()),
    isNonsense: z.boolean().meta({ description: 'random weights: what it says means nothing' }),
    price: z
      .object({
        versionId: z.string(),
        currency: z.literal('CNY'),
        prices: z.array(meterPriceSchema),
      })
      .nullable(),
    isOffered: z.boolean().meta({
      description: 'has a price for all that a call of it uses; only operators see those that do not',
    }),
  })
  .meta({ id: 'Model' });

const priceBody = z.strictObject({
  sku: skuSchema,
  prices: z
    .array(
      z.strictObject({ meter: z.string().max(200), micros: priceAmountSchema, perUnits: priceUnitsSchema }),
    )
    .min(1)
    .max(100),
  effectiveFrom: instantSchema.optional(),
});

const priceSchema = z
  .object({
    id: z.string(),
    sku: z.string().meta({ description: 'what is sold: the name of a model' }),
    currency: z.literal('CNY'),
    prices: z.array(meterPriceSchema),
    effectiveFrom: instantSchema,
    publishedAt: instantSchema,
  })
  .meta({ id: 'Price' });

export function catalogRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.get(
    '/api/catalog/models',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'listModels',
        tags: ['catalog'],
        summary: 'Models and what they cost',
        response: { 200: z.object({ items: z.array(modelSchema) }) },
      },
    },
    async (request) => ({ items: await listModels(request.ctx) }),
  );

  routes.get(
    '/api/catalog/meters',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'listMeters',
        tags: ['catalog'],
        summary: 'What is counted and charged for, and words for the codes of prices, usage and bills',
        response: {
          200: z.object({ items: z.array(meterSchema), words: z.record(z.string(), localisedTextSchema) }),
        },
      },
    },
    (request) => Promise.resolve(listMeters(request.ctx)),
  );

  routes.delete(
    '/api/catalog/models/:modelId',
    {
      schema: {
        operationId: 'withdrawModel',
        tags: ['catalog', 'operator'],
        summary: 'Take a model out of the catalogue: it cannot be called, its prices and usage stay',
        params: z.object({ modelId: modelIdSchema }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await withdrawModel(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );

  routes.get(
    '/api/catalog/prices',
    {
      schema: {
        operationId: 'listPrices',
        tags: ['catalog', 'operator'],
        summary: 'Every version of every price, newest first',
        querystring: pageSchema.extend({ sku: skuSchema.optional() }),
        response: { 200: pageOf(priceSchema) },
      },
    },
    async (request) => listPrices(request.ctx, request.query),
  );

  routes.post(
    '/api/catalog/prices',
    {
      schema: {
        operationId: 'setPrice',
        tags: ['catalog', 'operator'],
        summary: 'Publish a new version of a price',
        body: priceBody,
        response: { 201: priceSchema },
      },
    },
    async (request, reply) => reply.code(201).send(await setPrice(request.ctx, request.body)),
  );
}
