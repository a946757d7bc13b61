import type { Registry } from '@candor/privacy';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Ctx } from './kernel/context.ts';
import { announcementsRoutes } from './modules/announcements/index.ts';
import { auditRoutes } from './modules/audit/index.ts';
import { billingRoutes } from './modules/billing/index.ts';
import { catalogRoutes } from './modules/catalog/index.ts';
import { gatewayRoutes } from './modules/gateway/index.ts';
import { identityRoutes } from './modules/identity/index.ts';
import { notificationsRoutes } from './modules/notifications/index.ts';
import { type Policies, privacyRoutes } from './modules/privacy/index.ts';
import { walletRoutes } from './modules/wallet/index.ts';

/** What a module may need to install its routes. */
export interface ModuleDeps {
  readonly config: Config;
  readonly registry: Registry;
  readonly policies: Policies;
  /** Connection string of the login role, for connections that only listen. */
  readonly databaseUrl: string;
  /** A context of the system itself, for loops that no request starts. */
  readonly systemCtx: (name: string) => Ctx;
}

export interface Module {
  readonly name: string;
  readonly routes?: (app: FastifyInstance, deps: ModuleDeps) => void | Promise<void>;
}

/** The table of contents of the product, lowest first: a module may call only modules above it in this list. */
export const modules: readonly Module[] = [
  { name: 'audit', routes: auditRoutes },
  { name: 'notifications', routes: notificationsRoutes },
  { name: 'identity', routes: identityRoutes },
  { name: 'privacy', routes: privacyRoutes },
  { name: 'announcements', routes: announcementsRoutes },
  { name: 'catalog', routes: catalogRoutes },
  { name: 'wallet', routes: walletRoutes },
  { name: 'billing', routes: billingRoutes },
  { name: 'gateway', routes: gatewayRoutes },
];
