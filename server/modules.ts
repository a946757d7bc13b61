import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Ctx } from './kernel/context.ts';
import { auditRoutes } from './modules/audit/index.ts';

/** What a module may need to install its routes. */
export interface ModuleDeps {
  readonly config: Config;
  /** A context of the system itself, for loops that no request starts. */
  readonly systemCtx: (name: string) => Ctx;
}

export interface Module {
  readonly name: string;
  readonly routes?: (app: FastifyInstance, deps: ModuleDeps) => void | Promise<void>;
}

/** The table of contents of the product, lowest first: a module may call only modules above it in this list. */
export const modules: readonly Module[] = [{ name: 'audit', routes: auditRoutes }];
