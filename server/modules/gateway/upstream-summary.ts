import type { FastifyInstance } from 'fastify';
import type { Ctx } from '../../kernel/context.ts';
import { listUpstreams } from './change-upstreams.ts';
import { createUpstreamHealth, statusOf, type UpstreamHealth } from './upstream-health.ts';

/** What this process has seen of an upstream. A process that calls no upstreams has seen none. */
export function healthSeenBy(app: FastifyInstance): (upstreamId: string) => UpstreamHealth {
  return (upstreamId) =>
    app.hasDecorator('upstreamHealth') ? app.upstreamHealth(upstreamId) : createUpstreamHealth();
}

/** How many upstreams are in each state. Only those that are on are healthy, failing or unknown. */
export interface UpstreamCounts {
  readonly healthy: number;
  readonly failing: number;
  /** Not called by this process yet. */
  readonly unknown: number;
  readonly off: number;
  /** Of those that are on, the ones that serve a model. */
  readonly serving: number;
}

export async function countUpstreams(
  ctx: Ctx,
  healthOf: (upstreamId: string) => UpstreamHealth,
): Promise<UpstreamCounts> {
  const views = await listUpstreams(ctx);
  const on = views.filter(({ enabled }) => enabled);
  const counts = { healthy: 0, failing: 0, unknown: 0 };
  for (const { id } of on) counts[statusOf(healthOf(id).summary())] += 1;
  const serving = on.filter(({ models }) => models.length > 0).length;
  return { ...counts, off: views.length - on.length, serving };
}
