import type { FastifyRequest } from 'fastify';
import type { Policies } from './policies.ts';

/**
 * Refuses, before they go on, persons who have accepted less than the policy in force does with their data: on routes
 * that start or widen processing. Everything else, above all every right and every way out, never waits.
 */
export function refuseUnaccepted(policies: Policies): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (request.routeOptions.config.widensProcessing === true) await policies.requireAccepted(request.ctx);
  };
}
