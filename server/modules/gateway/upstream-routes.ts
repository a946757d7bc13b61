import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ModuleDeps } from '../../declare/define-module.ts';
import { forPrograms, instantSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { authorize } from '../../declare/permissions.ts';
import {
  changeUpstream,
  createUpstream,
  deleteUpstream,
  listUpstreams,
  newUpstreamSchema,
  upstreamChangesSchema,
} from './change-upstreams.ts';
import { type MeterPrices, priceAmountSchema, priceUnitsSchema } from '../catalog/index.ts';
import { reachOf } from './own-services.ts';
import { protocolNames } from './protocols/protocol.ts';
import { marginsOf, salesPrices } from './model-costs.ts';
import { rateLimitRoutes } from './rate-limit-routes.ts';
import { readKeySeal } from './sealed-key.ts';
import { upstreamOperatorSchema } from './upstream-operator.ts';
import { type Condition, statusOf, type UpstreamHealth } from './upstream-health.ts';
import { requireReachable } from './require-reachable.ts';
import { createUpstreamTests } from './test-upstream.ts';
import { upstreamTestRoute } from './upstream-test-route.ts';
import { healthSeenBy } from './upstream-summary.ts';
import type { UpstreamView } from './upstream-view.ts';

const conditionSchema = z.object({
  status: z.enum(['unknown', 'healthy', 'failing']),
  consecutiveFailures: z.int(),
  lastSuccessAt: instantSchema.nullable(),
  lastFailureAt: instantSchema.nullable(),
  lastFailure: z.string().nullable(),
  /** The upstream's own code for it. */
  lastFailureCode: z.string().nullable(),
});
const healthSchema = conditionSchema.extend({
  inFlight: z.int(),
  /** Of each model that was asked, by its name there. */
  models: z.array(conditionSchema.extend({ upstreamModel: z.string() })),
});

const unitPriceSchema = z.object({
  meter: z.string(),
  micros: priceAmountSchema,
  perUnits: priceUnitsSchema,
});
const upstreamModelSchema = z.object({
  modelId: z.string(),
  upstreamModel: z.string(),
  weight: z.int().meta({ description: 'share of the requests among servers of one priority' }),
  priority: z.int().meta({ description: '1 is asked first' }),
  costs: z.array(unitPriceSchema).meta({ description: 'what the operator pays there' }),
  margins: z
    .array(
      z.object({
        meter: z.string(),
        price: unitPriceSchema.nullable().meta({ description: 'the sales price in force' }),
        marginBasisPoints: z
          .int()
          .nullable()
          .meta({ description: '(price − cost) / price in hundredths of a percent; a loss is below zero' }),
      }),
    )
    .meta({ description: 'of each meter that has a cost' }),
});
const headerSchema = z.object({
  name: z.string(),
  isSecret: z.boolean(),
  value: z.string().nullable().meta({ description: 'null where it is secret' }),
});

const upstreamSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    baseUrl: z.string(),
    hasApiKey: z.boolean(),
    models: z.array(upstreamModelSchema),
    headers: z.array(headerSchema),
    enabled: z.boolean(),
    operator: upstreamOperatorSchema.nullable(),
    whenClientLeaves: z.enum(['drain', 'abort']).meta(forPrograms),
    continuousUsage: z.boolean(),
    protocols: z.array(z.enum(protocolNames)),
    createdAt: instantSchema,
    health: healthSchema,
  })
  .meta({ id: 'Upstream' });

const params = z.object({ upstreamId: idSchema('up') });
const tags = ['gateway'];

/** Operators say which servers answer for which models. */
export async function upstreamRoutes(app: FastifyInstance, deps: ModuleDeps): Promise<void> {
  const seal = await readKeySeal(deps.config.dataDir);
  const reach = reachOf(app, deps);
  rateLimitRoutes(app);
  upstreamTestRoute(app, createUpstreamTests(seal, reach), reach);
  const publish = async () => {
    deps.policies.changed();
    await deps.policies.current();
  };
  const healthOf = healthSeenBy(app);
  const withHealth = (view: UpstreamView, prices: ReadonlyMap<string, MeterPrices>) => ({
    ...view,
    headers: [...view.headers],
    models: view.models.map((model) => ({
      ...model,
      costs: [...model.costs],
      margins: marginsOf(model.costs, prices.get(model.modelId) ?? null),
    })),
    protocols: [...view.protocols],
    health: healthView(healthOf(view.id)),
  });

  typed(app).get(
    '/api/gateway/upstreams',
    {
      schema: {
        operationId: 'listUpstreams',
        tags,
        summary: 'Model servers, with their health as this process sees it',
        response: { 200: z.object({ items: z.array(upstreamSchema) }) },
      },
    },
    async ({ ctx }) => {
      const views = await listUpstreams(ctx);
      const prices = await salesPrices(ctx);
      return { items: views.map((view) => withHealth(view, prices)) };
    },
  );
  typed(app).post(
    '/api/gateway/upstreams',
    {
      schema: {
        operationId: 'createUpstream',
        tags,
        summary: 'Add a model server',
        body: newUpstreamSchema,
        response: { 201: upstreamSchema },
      },
    },
    async (request, reply) => {
      authorize(request.ctx, 'gateway:manage-upstreams');
      requireReachable(reach, request.body.baseUrl);
      const created = await createUpstream(request.ctx, seal, request.body);
      await publish();
      return reply.code(201).send(withHealth(created, await salesPrices(request.ctx)));
    },
  );
  typed(app).patch(
    '/api/gateway/upstreams/:upstreamId',
    {
      schema: {
        operationId: 'changeUpstream',
        tags,
        summary: 'Change a model server',
        params,
        body: upstreamChangesSchema,
        response: { 200: upstreamSchema },
      },
    },
    async (request) => {
      authorize(request.ctx, 'gateway:manage-upstreams');
      if (request.body.baseUrl !== undefined) requireReachable(reach, request.body.baseUrl);
      const changed = await changeUpstream(request.ctx, seal, { ...request.params, ...request.body });
      await publish();
      return withHealth(changed, await salesPrices(request.ctx));
    },
  );
  typed(app).delete(
    '/api/gateway/upstreams/:upstreamId',
    {
      schema: {
        operationId: 'deleteUpstream',
        tags,
        summary: 'Remove a model server',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteUpstream(request.ctx, request.params);
      await publish();
      return reply.code(204).send(null);
    },
  );
}

function healthView(health: UpstreamHealth) {
  return {
    ...conditionView(health.summary()),
    inFlight: health.inFlight,
    models: [...health.models()].map(([upstreamModel, condition]) => ({
      upstreamModel,
      ...conditionView(condition),
    })),
  };
}

function conditionView(condition: Condition) {
  const { consecutiveFailures, lastSuccessAtMs, lastFailureAtMs, lastFailure, lastFailureCode } = condition;
  return {
    status: statusOf(condition),
    consecutiveFailures,
    lastSuccessAt: dateOf(lastSuccessAtMs),
    lastFailureAt: dateOf(lastFailureAtMs),
    lastFailure,
    lastFailureCode,
  };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
