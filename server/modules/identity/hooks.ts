import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { unauthenticated } from '../../kernel/problem.ts';
import { sessionLifetimeMs } from './limits.ts';
import { foreignOrigin } from './problems.ts';
import { findSession } from './sessions.ts';

const cookieName = 'candor_session';
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who is calling, before any route runs. A route of /api needs a session unless it says `access: 'open'`; other
 * routes get one only when they ask for it. A session that changes something must come from a page of ours.
 */
export function identityHooks(app: FastifyInstance, { config }: { readonly config: Config }): void {
  app.addHook('onRequest', async (request, reply) => {
    const url = request.routeOptions.url;
    if (url === undefined) return;
    const isApi = url.startsWith('/api/');
    const access = request.routeOptions.config.access ?? (isApi ? 'session' : 'open');
    if (access === 'apiKey' || (access === 'open' && !isApi)) return;
    const token = request.cookies[cookieName];
    if (!readingMethods.has(request.method)) refuseForeign(request, config, token !== undefined);
    const session = token === undefined ? null : await findSession(request.ctx, token);
    if (session !== null) {
      request.ctx = { ...request.ctx, ...session };
      return;
    }
    if (token !== undefined) clearSessionCookie(reply);
    if (access === 'session') throw unauthenticated();
  });
}

export function setSessionCookie(reply: FastifyReply, config: Config, token: string): void {
  void reply.setCookie(cookieName, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: config.publicUrl.startsWith('https:'),
    maxAge: sessionLifetimeMs / 1000,
  });
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(cookieName, { path: '/' });
}

/**
 * Cross-site request forgery, three walls: a browser that says the page is not ours is believed; a page of another
 * origin is refused by name; and the header below cannot be set by a form, nor by a script without our permission.
 */
function refuseForeign(request: FastifyRequest, config: Config, hasCookie: boolean): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreignOrigin();
  const { origin } = request.headers;
  // A browser that sends Sec-Fetch-Site has compared the origins itself, also behind a proxy that renames the host.
  if (site === undefined && origin !== undefined && !isOurs(origin, request, config)) throw foreignOrigin();
  if (hasCookie && request.headers['x-candor-csrf'] !== '1') throw foreignOrigin();
}

function isOurs(origin: string, request: FastifyRequest, config: Config): boolean {
  return origin === new URL(config.publicUrl).origin || origin === `${request.protocol}://${request.host}`;
}
