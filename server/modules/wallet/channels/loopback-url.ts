import type { FastifyInstance } from 'fastify';
import type { Config } from '../../../config/config.ts';

/** Where this machine reaches its own server, whatever name and proxy the world uses. */
export function loopbackUrl(app: FastifyInstance, config: Config): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = ['0.0.0.0', '::', ''].includes(config.host) ? '127.0.0.1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
