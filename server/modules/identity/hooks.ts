import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.ts';
import type { Ctx } from '../../kernel/context.ts';
import { unauthenticated } from '../../kernel/problem.ts';
import { issueDevice, readDevice } from './device.ts';
import { codeLifetimeMs, sessionLifetimeMs } from './limits.ts';
import { foreignOrigin, passwordChangeRequired } from './problems.ts';
import { findSession } from './sessions.ts';

const deviceLifetimeMs = 400 * 24 * 60 * 60 * 1000;
/** What a person with the generated first password may do: see who and where they are, change it, leave. */
const untilPasswordChanged = new Set([
  '/api/capabilities',
  '/api/identity/me',
  '/api/identity/me/password',
  '/api/identity/policy',
  '/api/identity/login',
  '/api/identity/logout',
]);
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
    const { session: cookieName, device: deviceCookie } = cookieNames(config);
    const token = request.cookies[cookieName];
    const device = readDevice(request.ctx, request.cookies[deviceCookie]);
    if (request.ctx.client !== null)
      request.ctx = { ...request.ctx, client: { ...request.ctx.client, device } };
    if (!readingMethods.has(request.method)) refuseForeign(request, config, token !== undefined);
    const session = token === undefined ? null : await findSession(request.ctx, token);
    if (session !== null) {
      const { mustChangePassword, ...known } = session;
      request.ctx = { ...request.ctx, ...known };
      if (mustChangePassword && !untilPasswordChanged.has(url)) throw passwordChangeRequired();
      return;
    }
    if (token !== undefined) clearSessionCookie(reply, config);
    if (access === 'session') throw unauthenticated();
  });
}

/** Over https a browser takes these names only for this very host, from us, for every path. */
export function cookieNames(config: Config): { readonly session: string; readonly device: string } {
  const prefix = isHttps(config) ? '__Host-' : '';
  return { session: `${prefix}candor_session`, device: `${prefix}candor_device` };
}

export function setSessionCookie(reply: FastifyReply, config: Config, token: string): void {
  void reply.setCookie(cookieNames(config).session, token, cookieOptions(config, sessionLifetimeMs));
}

export function clearSessionCookie(reply: FastifyReply, config: Config): void {
  void reply.clearCookie(cookieNames(config).session, cookieOptions(config));
}

/** Remembers the browser of a person who has just logged in. */
export function setDeviceCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  config: Config,
  userId: string,
): void {
  const { cookie } = issueDevice(request.ctx, userId);
  void reply.setCookie(cookieNames(config).device, cookie, cookieOptions(config, deviceLifetimeMs));
}

/** Gives a browser that asks for a code a name for the time the code lives, so that the code counts for it alone. */
export function nameDevice(request: FastifyRequest, reply: FastifyReply, config: Config): Ctx {
  const { ctx } = request;
  if (ctx.client === null || (ctx.client.device ?? null) !== null) return ctx;
  const { device, cookie } = issueDevice(ctx, null);
  void reply.setCookie(cookieNames(config).device, cookie, cookieOptions(config, 2 * codeLifetimeMs));
  return { ...ctx, client: { ...ctx.client, device } };
}

function cookieOptions(config: Config, lifetimeMs?: number) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: isHttps(config),
    ...(lifetimeMs === undefined ? {} : { maxAge: lifetimeMs / 1000 }),
  };
}

function isHttps(config: Config): boolean {
  return config.publicUrl.startsWith('https:');
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
