import type { FastifyInstance } from 'fastify';
import { apiKeyRoutes } from './api-key-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { selfRoutes } from './self-routes.ts';
import { type IdentityDeps, signInRoutes } from './sign-in-routes.ts';

export function identityRoutes(app: FastifyInstance, deps: IdentityDeps): void {
  signInRoutes(app, deps);
  selfRoutes(app, deps);
  operatorRoutes(app);
  apiKeyRoutes(app);
}
