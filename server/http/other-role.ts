import type { FastifyReply, FastifyRequest } from 'fastify';
import { partOf, type Role } from '../declare/roles.ts';
import { sendProblem } from '../kernel/http.ts';
import { servedByOtherRole } from '../kernel/problem.ts';

/** Says which role answers an address: the proxy in front has sent it to the wrong process. */
export function refuseForOtherRole(role: Role) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(servedByOtherRole({ role, answeredBy: partOf(request.url) }), request, reply);
}
