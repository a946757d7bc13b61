import type { FastifyInstance } from 'fastify';
import type { ModuleDeps } from '../../declare/define-module.ts';
import { createGateway } from './gateway.ts';
import { defaultOptions } from './gateway-options.ts';
import { answerHalfClosed } from './half-closed.ts';
import { reachOf } from './own-services.ts';
import { playgroundRoutes } from './playground-routes.ts';
import { readKeySeal } from './sealed-key.ts';
import type { LocalUpstream } from './upstream-directory.ts';
import type { UpstreamHealth } from './upstream-health.ts';
import { v1Routes } from './v1-routes.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Puts the model that runs in this process behind the model routes. */
    registerLocalUpstream(local: LocalUpstream): void;
    /** Calls to these models are answered to retry while the model of this process is being loaded. */
    awaitLocalUpstream(modelIds: readonly string[]): void;
    /** What the gateway of this process has seen of an upstream. */
    upstreamHealth(upstreamId: string): UpstreamHealth;
  }
}

/** The routes to the models: OpenAI's and the playground's. */
export async function modelRoutes(app: FastifyInstance, deps: ModuleDeps): Promise<void> {
  const { config, policies } = deps;
  const seal = await readKeySeal(config.dataDir);
  const gateway = createGateway(deps.systemCtx('gateway'), deps.databaseUrl, seal, reachOf(app, deps), {
    ...defaultOptions,
    metrics: deps.processMetrics,
    durability: config.gatewayDurability,
    bookPatienceMs: config.gatewayBookPatienceMs,
    keepAliveMs: config.gatewayKeepAliveMs,
    acceptedRecipients: (userId) => policies.acceptedRecipients(userId),
  });
  answerHalfClosed(app.server);
  app.decorate('registerLocalUpstream', (local: LocalUpstream) => gateway.directory.registerLocal(local));
  app.decorate('awaitLocalUpstream', (ids: readonly string[]) => gateway.directory.awaitLocal(ids));
  app.decorate('upstreamHealth', (upstreamId: string) => gateway.directory.healthOf(upstreamId));
  app.addHook('preClose', () => gateway.drain());
  app.addHook('onClose', () => gateway.close());
  await app.register(v1Routes, { prefix: '/v1', gateway });
  await app.register(playgroundRoutes, { gateway });
}
