import type { FastifyRequest } from 'fastify';
import type { Policies } from './policies.ts';

/** What starts or widens processing. Everything else, above all every right and every way out, never waits. */
const gatedTags: readonly string[] = ['wallet', 'gateway'];
const gatedOperations: readonly string[] = ['createApiKey'];

/** Refuses, before they go on, persons who have accepted less than the policy in force does with their data. */
export function refuseUnaccepted(policies: Policies): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const { schema } = request.routeOptions;
    const isGated =
      schema?.tags?.some((tag) => gatedTags.includes(tag)) === true ||
      gatedOperations.includes(schema?.operationId ?? '');
    if (isGated) await policies.requireAccepted(request.ctx);
  };
}
