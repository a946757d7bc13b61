import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { forPrograms, typed } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { modelKinds } from '../catalog/index.ts';
import { protocolNames } from './protocols/protocol.ts';
import { requireReachable } from './require-reachable.ts';
import { type UpstreamTests, upstreamTestSchema } from './test-upstream.ts';
import type { UpstreamReach } from './upstream-reach.ts';

const failureSchema = z.object({
  reason: z.string(),
  upstreamCode: z.string().nullable().meta({ description: 'the upstream’s own code for it' }),
});
const kindSchema = z.enum(modelKinds);

const trialSchema = z
  .object({
    failure: failureSchema.nullable().meta({ description: 'why the server could not be asked at all' }),
    key: z.enum(['accepted', 'refused', 'not_needed', 'unknown']),
    protocols: z.array(z.enum(protocolNames)),
    latencyMs: z.int().nullable(),
    models: z
      .array(z.object({ upstreamModel: z.string(), kind: kindSchema, contextTokens: z.int().nullable() }))
      .nullable()
      .meta({ description: 'null when the server does not list its models' }),
    call: z
      .object({
        upstreamModel: z.string(),
        kind: kindSchema.meta(forPrograms),
        latencyMs: z.int().nullable(),
        failure: failureSchema.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'UpstreamTrial' });

/** An operator tries a server before it is saved, and whenever it seems unwell. */
export function upstreamTestRoute(app: FastifyInstance, tests: UpstreamTests, reach: UpstreamReach): void {
  typed(app).post(
    '/api/gateway/upstreams/test',
    {
      schema: {
        operationId: 'testUpstream',
        tags: ['gateway'],
        summary: 'Try a model server as typed: whether it answers, takes the key, what it speaks and offers',
        body: upstreamTestSchema,
        response: { 200: trialSchema },
      },
    },
    async (request) => {
      authorize(request.ctx, 'gateway:manage-upstreams');
      requireReachable(reach, request.body.baseUrl);
      const { models, protocols, ...trial } = await tests.test(request.ctx, request.body);
      return { ...trial, protocols: [...protocols], models: models === null ? null : [...models] };
    },
  );
}
