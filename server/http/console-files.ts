import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { partOf, type Role, takes } from '../declare/roles.ts';
import { sendProblem } from '../kernel/http.ts';
import { methodNotAllowed, notFound, type ProblemFactory } from '../kernel/problem.ts';
import { consoleFolder } from '../places.ts';
import { refuseForOtherRole } from './other-role.ts';

const readingMethods = new Set(['GET', 'HEAD']);
const apiPrefixes = [
  '/api/',
  '/v1/',
  '/.well-known/',
  '/metrics',
  '/healthz',
  '/readyz',
  '/sandbox-cashier/',
  '/assets/',
];
/** No page of the console has a dot in the first part of its address: `/robots.txt`, `/.git/config`. */
const fileAtTop = /^\/[^/?]*\./;

/** As the build names them: no folder below, nothing hidden. */
const assetName = /^\/[\w-][\w.-]*$/;

interface ConsoleDeps {
  readonly role: Role;
  readonly methodsOf: (url: string) => readonly string[];
  readonly problems: ReadonlyMap<string, ProblemFactory>;
}

/**
 * Serves the built console. Any other page address answers with its start page, because the console routes in the
 * browser; addresses of interfaces, and of files that are not there, stay 404 problems.
 */
export async function serveConsole(
  app: FastifyInstance,
  { role, methodsOf, problems }: ConsoleDeps,
): Promise<void> {
  const refuseOther = refuseForOtherRole(role);
  const isBuilt = existsSync(`${consoleFolder}index.html`);
  if (isBuilt) {
    const options = { index: false as const, preCompressed: true, cacheControl: false };
    // Files under assets carry a hash of their content in the name; the few others do not. Those have a route each, so
    // that every other address is free for pages; for hundreds of assets, routes would take a good part of the start.
    await app.register(fastifyStatic, {
      ...options,
      root: consoleFolder,
      wildcard: false,
      globIgnore: ['assets/**'],
      setHeaders: (response) => void response.setHeader('cache-control', 'public, max-age=300'),
    });
    await app.register(fastifyStatic, {
      ...options,
      root: `${consoleFolder}assets/`,
      prefix: '/assets/',
      decorateReply: false,
      allowedPath: (path) => assetName.test(path),
      setHeaders: (response) =>
        void response.setHeader('cache-control', 'public, max-age=31536000, immutable'),
    });
  }
  const startPage = isBuilt ? await readFile(`${consoleFolder}index.html`, 'utf8') : null;
  app.setNotFoundHandler((request, reply) => {
    if (!takes(role, partOf(request.url))) return refuseOther(request, reply);
    const isPage =
      readingMethods.has(request.method) &&
      !apiPrefixes.some((prefix) => `${request.url}/`.startsWith(prefix)) &&
      !fileAtTop.test(request.url);
    if (!isPage || startPage === null) {
      const methods = methodsOf(request.url);
      // A file that was there at the start may be gone: its address still takes the method.
      if (methods.length === 0 || methods.includes(request.method))
        return sendProblem(notFound(), request, reply);
      return sendProblem(methodNotAllowed(), request, reply.header('allow', methods.join(', ')));
    }
    // The console says so in words; a program that follows the `type` of a problem is informed by the status.
    if (isUnknownProblem(request.url, problems)) reply.code(404);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(startPage);
  });
}

function isUnknownProblem(url: string, problems: ReadonlyMap<string, ProblemFactory>): boolean {
  const [, code] = /^\/problems\/([^/?]+)/.exec(url) ?? [];
  return code !== undefined && !problems.has(code);
}
