import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import type { Config } from '../../config/config.ts';
import type { Ctx } from '../../kernel/context.ts';
import { sendProblem } from '../../kernel/http.ts';
import { isForwarded, normaliseAddress } from '../../kernel/client-address.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import type { Policies } from '../privacy/index.ts';
import { createGateway, type GatewayOptions, usualOptions } from './gateway.ts';
import { playgroundRoutes } from './playground-routes.ts';
import { readKeySeal } from './sealed-key.ts';
import type { LocalUpstream } from './upstream-directory.ts';
import { createUpstreamReach, hostOf, type OwnService, portOf } from './upstream-reach.ts';
import { upstreamRoutes } from './upstream-routes.ts';
import { v1Routes } from './v1-routes.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Puts the model that runs in this process behind the model routes. */
    registerLocalUpstream(local: LocalUpstream): void;
    /** Calls to these models are told to come back while the model of this process is being loaded. */
    awaitLocalUpstream(modelIds: readonly string[]): void;
  }
}

interface GatewayDeps {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly systemCtx: (name: string) => Ctx;
  readonly policies: Policies;
}

/** The model routes, the playground, the operator's upstreams and the metrics. */
export async function gatewayRoutes(
  app: FastifyInstance,
  deps: GatewayDeps,
  options: GatewayOptions = usualOptions,
): Promise<void> {
  const seal = await readKeySeal(deps.config.dataDir);
  const reach = createUpstreamReach({
    allowsPrivate: deps.config.privateUpstreams,
    ownServices: () => ownServices(app, deps),
  });
  const gateway = createGateway(deps.systemCtx('gateway'), deps.databaseUrl, seal, reach, {
    ...options,
    durability: deps.config.gatewayDurability,
    bookPatienceMs: deps.config.gatewayBookPatienceMs,
    acceptedRecipients: (userId) => deps.policies.acceptedRecipients(userId),
  });
  app.decorate('registerLocalUpstream', (local: LocalUpstream) => gateway.directory.registerLocal(local));
  app.decorate('awaitLocalUpstream', (ids: readonly string[]) => gateway.directory.awaitLocal(ids));
  app.addHook('preClose', () => gateway.settleDown());
  app.addHook('onClose', () => gateway.close());
  await app.register(v1Routes, { prefix: '/v1', gateway });
  await app.register(playgroundRoutes, { gateway });
  upstreamRoutes(app, gateway.directory, seal, reach, async () => {
    deps.policies.changed();
    await deps.policies.current();
  });

  const sendMetrics = async (reply: FastifyReply) => {
    gateway.metrics.inFlight.set(gateway.admission.inFlight);
    const { registry } = gateway.metrics;
    const ctx = deps.systemCtx('metrics');
    await ctx.product.metrics.refresh(ctx);
    const all = Registry.merge([registry, ctx.product.metrics.registry]);
    return reply.type(registry.contentType).send(await all.metrics());
  };
  app.get('/metrics', { config: { access: 'open' }, schema: { hide: true } }, async (request, reply) =>
    mayReadMetrics(request, deps.config.metricsToken)
      ? sendMetrics(reply)
      : sendProblem(notFound(), request, reply),
  );
  // The same for an operator who is somewhere else.
  app.get('/api/gateway/metrics', { schema: { hide: true } }, async (request, reply) => {
    authorize(request.ctx, 'gateway:manage-upstreams');
    return sendMetrics(reply);
  });
}

/** What a request to an upstream must never reach: ourselves, our database, our key service. */
function ownServices(app: FastifyInstance, { config, databaseUrl }: GatewayDeps): OwnService[] {
  const listening = app.server.address();
  const database = new URL(databaseUrl);
  const vault = config.vault.driver === 'transit' ? new URL(config.vault.address) : null;
  return [
    { host: config.host, port: config.port },
    ...(typeof listening === 'object' && listening !== null
      ? [{ host: listening.address, port: listening.port }]
      : []),
    { host: hostOf(database), port: database.port === '' ? 5432 : Number(database.port) },
    ...(vault === null ? [] : [{ host: hostOf(vault), port: portOf(vault) }]),
  ];
}

/** With the token from anywhere; without it only on this machine, and not through a proxy that runs on it. */
function mayReadMetrics(request: FastifyRequest, token: string | null): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined) return token !== null && isEqualSecret(given, token);
  const address = normaliseAddress(request.socket.remoteAddress ?? '');
  return (address === '127.0.0.1' || address === '::1') && !isForwarded(request);
}

function isEqualSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
