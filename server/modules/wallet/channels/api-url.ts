import type { FastifyInstance } from 'fastify';
import type { Config } from '../../../config/config.ts';
import { takes } from '../../../declare/roles.ts';

/** Where a channel on this machine reaches our notification route: at this process, or by the way the world takes. */
export function apiUrl(app: FastifyInstance, config: Config): string {
  return takes(config.role, 'api') ? loopbackUrl(app, config) : config.publicUrl;
}

function loopbackUrl(app: FastifyInstance, config: Config): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = ['0.0.0.0', '::', ''].includes(config.host) ? '127.0.0.1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
