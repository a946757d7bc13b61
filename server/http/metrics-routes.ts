import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { authorize } from '../declare/permissions.ts';
import { takes } from '../declare/roles.ts';
import { isForwarded, normaliseAddress } from '../kernel/client-address.ts';
import type { Ctx } from '../kernel/context.ts';
import { sendProblem } from '../kernel/http.ts';
import { notFound } from '../kernel/problem.ts';

/** The numbers of this process, whatever its role. */
export function metricsRoutes(app: FastifyInstance, config: Config, ctx: Ctx, ofProcess: Registry): void {
  const { metrics } = ctx.product;
  collectDefaultMetrics({ register: ofProcess });
  const send = async (reply: FastifyReply) => {
    await metrics.refresh(ctx);
    const all = Registry.merge([ofProcess, metrics.registry]);
    return reply.type(all.contentType).send(await all.metrics());
  };
  app.get('/metrics', { config: { access: 'open' }, schema: { hide: true } }, async (request, reply) =>
    mayReadMetrics(request, config.metricsToken) ? send(reply) : sendProblem(notFound(), request, reply),
  );
  if (!takes(config.role, 'api')) return;
  // The same for an operator who is somewhere else.
  app.get('/api/gateway/metrics', { schema: { hide: true } }, async (request, reply) => {
    authorize(request.ctx, 'gateway:manage-upstreams');
    return send(reply);
  });
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
