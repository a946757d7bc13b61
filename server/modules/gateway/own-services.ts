import type { FastifyInstance } from 'fastify';
import type { ModuleDeps } from '../../declare/define-module.ts';
import {
  createUpstreamReach,
  hostOf,
  type OwnService,
  portOf,
  type UpstreamReach,
} from './upstream-reach.ts';

type ReachDeps = Pick<ModuleDeps, 'config' | 'databaseUrl'>;

/** Where upstreams of this installation may be: the same in a process that calls them and in one that stores them. */
export function reachOf(app: FastifyInstance, deps: ReachDeps): UpstreamReach {
  return createUpstreamReach({
    allowsPrivate: deps.config.privateUpstreams,
    ownServices: () => ownServices(app, deps),
  });
}

/** What a request to an upstream must never reach: ourselves, our database, our key service. */
function ownServices(app: FastifyInstance, { config, databaseUrl }: ReachDeps): OwnService[] {
  const listening = app.server.address();
  const database = new URL(databaseUrl);
  const vault = config.vault.driver === 'transit' ? new URL(config.vault.address) : null;
  return [
    { host: config.host, port: config.port },
    ...(typeof listening === 'object' && listening !== null
      ? [{ host: listening.address, port: listening.port }]
      : []),
    { host: hostOf(database), port: database.port === '' ? 5432 : Number(database.port) },
    ...(vault === null ? [] : [{ host: hostOf(vault), port: portOf(vault) }]),
  ];
}
