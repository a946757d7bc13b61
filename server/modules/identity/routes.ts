import type { FastifyInstance } from 'fastify';
import { apiKeyRoutes } from './api-key-routes.ts';
import { identityHooks } from './hooks.ts';
import { operatorRoutes } from './operator-routes.ts';
import { selfRoutes } from './self-routes.ts';
import { type IdentityDeps, signInRoutes } from './sign-in-routes.ts';

/** Installs the hooks that say who calls, for every module, and identity's own routes. */
export function identityRoutes(app: FastifyInstance, deps: IdentityDeps): void {
  identityHooks(app, deps);
  signInRoutes(app, deps);
  selfRoutes(app, deps);
  operatorRoutes(app);
  apiKeyRoutes(app);
}
