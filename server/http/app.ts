import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { ModuleDeps } from '../declare/define-module.ts';
import { parts, takes } from '../declare/roles.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Ctx, type Services, systemContext } from '../kernel/context.ts';
import { healthRoutes } from './health-routes.ts';
import { poolOf } from '../kernel/db.ts';
import { unavailable } from '../kernel/problem.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { refuseForOtherRole } from './other-role.ts';
import { capabilitiesRoutes } from './capabilities-routes.ts';
import { operatorHomeRoutes } from './operator-home-routes.ts';
import { serveConsole } from './console-files.ts';
import { limitConnections } from './connection-limits.ts';
import { createEarlyErrors, refuseAmbiguousHost, refuseSilentlyEnded } from './early-errors.ts';
import { answerError, problemSchema, refuseUnstorableText } from '../kernel/http.ts';
import { clientAddress, createProxyTrust, watchForUndeclaredProxy } from '../kernel/client-address.ts';
import { newId } from '../kernel/id.ts';
import { collectPaths } from '../kernel/known-paths.ts';
import { readBoundedJson } from '../kernel/read-json.ts';
import { stopLimits } from '../kernel/stop-limits.ts';
import { readReason } from '../kernel/reason.ts';
import { createAccessLog } from '../modules/audit/index.ts';
import { openPolicies, refuseUnaccepted } from '../modules/privacy/index.ts';
import { securityHeaders } from './security-headers.ts';

/** Requests get no upkeep in the name of the database's owner; jobs do. */
export interface AppDeps extends Omit<Services, 'maintenance'> {
  /** Connection string of the login role, for connections that only listen. */
  readonly databaseUrl: string;
  readonly config: Config;
  /** Whether background jobs are worked on, see `startWorker`. */
  readonly isWorking?: () => boolean;
  /** False when no request may be answered any more, although the process still runs. */
  readonly isServing?: () => boolean;
}

const bodyLimitBytes = 1024 * 1024;
/** Callers who have proved nothing yet send codes, names and at most one signed document. */
const openBodyLimitBytes = 128 * 1024;

/** The HTTP server with every module, not yet listening. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, log, product } = deps;
  const logger: FastifyBaseLogger = log;
  const isProxy = createProxyTrust(config.trustProxy);
  const headersOfAll = await securityHeaders(config);
  const early = createEarlyErrors(log, headersOfAll);
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustProxy === false ? false : isProxy,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 120_000,
    connectionTimeout: 0,
    // Longer than proxies keep theirs, so that none sends a request into a connection that is being closed.
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 10_000,
    pluginTimeout: stopLimits.closingMs,
    genReqId: () => newId('req'),
    requestIdHeader: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000, requireHostHeader: false },
    frameworkErrors: (error, request, reply) => early.refuseAddress(error, request.raw, reply.raw),
    clientErrorHandler: (error, socket) => early.refuseBytes(error, socket),
  });
  refuseSilentlyEnded(app, early);
  const { isServing = () => true } = deps;
  const services = { ...deps, rules: config.rules };
  const systemCtx = (name: string): Ctx => systemContext(services, name);

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  const methodsOf = collectPaths(app);
  readBoundedJson(app);
  await app.register(cookie);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Candor',
        version: '1',
        description: 'The interfaces of an AI compute cloud whose privacy policy is executable.',
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => nameProblemType(jsonSchemaTransformObject(document)),
  });

  const noticeProxy = watchForUndeclaredProxy(() =>
    log.warn(
      'requests carry X-Forwarded-For but CANDOR_TRUST_PROXY does not name their proxy: every caller behind it counts as one address',
    ),
  );
  const securityHeaderPairs = Object.entries(headersOfAll);
  const requestCtx = systemCtx('request');
  app.addHook('onRequest', async (request, reply) => {
    // On the response itself, so that an answer which is taken over carries them too.
    for (const [name, value] of securityHeaderPairs) reply.raw.setHeader(name, value);
    noticeProxy(request);
    request.ctx = {
      ...requestCtx,
      actor: { kind: 'anonymous' },
      requestId: request.id,
      client: { ip: clientAddress(request), userAgent: (request.headers['user-agent'] ?? '').slice(0, 300) },
      reason: readReason(request.headers),
    };
    void reply.header('x-request-id', request.id);
    // Pages of the console set their own; what an interface answers is about a person.
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  limitConnections(app, { max: config.maxConnections, isProxy, log, metrics: product.metrics });
  app.addHook('onRequest', refuseAmbiguousHost);
  app.addHook('onRequest', async ({ routeOptions: { url } }) => {
    if (!isServing() && url !== '/healthz' && url !== '/readyz') throw unavailable();
  });
  const policies = openPolicies(systemCtx('policy'), { mustBeNamed: config.isProduction });
  app.addHook('preValidation', refuseUnstorableText);
  app.addHook('preHandler', refuseUnaccepted(policies));
  recordAccess(app, systemCtx('access-log'), deps.clock);

  healthRoutes(app, {
    pool: poolOf(systemCtx('readiness')),
    isWorking: deps.isWorking ?? (() => true),
    isServing,
  });
  boundOpenBodies(app);
  documentProblems(app);
  const processMetrics = new Registry();
  metricsRoutes(app, config, systemCtx('metrics'), processMetrics);
  await installModules(app, { config, policies, databaseUrl: deps.databaseUrl, processMetrics, systemCtx });
  if (!takes(config.role, 'api')) {
    app.setNotFoundHandler(refuseForOtherRole(config.role));
    return app;
  }
  capabilitiesRoutes(app, config, systemCtx);
  operatorHomeRoutes(app, config);
  app.get('/api/openapi.json', { config: { access: 'open' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await serveConsole(app, { role: config.role, methodsOf, problems: product.problems });
  return app;
}

async function installModules(app: FastifyInstance, deps: ModuleDeps): Promise<void> {
  const { product } = deps.systemCtx('install');
  const taken = parts.filter((part) => takes(deps.config.role, part));
  for (const { installs = {} } of product.modules)
    for (const part of ['everywhere', ...taken] as const) await installs[part]?.(app, deps);
}

function boundOpenBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'open') route.bodyLimit ??= openBodyLimitBytes;
  });
}

/** Every interface may answer with a problem; saying so once keeps it out of each route. */
function documentProblems(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/') || typeof route.schema?.response !== 'object') return;
    route.schema.response = { ...route.schema.response, '4xx': problemSchema, '5xx': problemSchema };
  });
}

type OpenApiDocument = ReturnType<typeof jsonSchemaTransformObject>;

/** The generator of the document knows one content type per route, and problems have their own. */
function nameProblemType(document: OpenApiDocument): OpenApiDocument {
  for (const response of problemResponses(document)) {
    const [content] = Object.values(response.content ?? {});
    if (content !== undefined) response.content = { 'application/problem+json': content };
  }
  return document;
}

function problemResponses(document: OpenApiDocument): { content?: Record<string, object> }[] {
  const paths: readonly object[] = Object.values(document.paths ?? {});
  const methods = paths.flatMap((path) => Object.values<unknown>({ ...path }));
  return methods.flatMap((method) =>
    Object.entries((method as Operation).responses ?? {}).flatMap(([status, response]) =>
      /^[45]/.test(status) ? [response] : [],
    ),
  );
}

/** What the generator makes of a route. */
interface Operation {
  readonly responses?: Record<string, { content?: Record<string, object> }>;
}

/** One access-log row and one wide event per request, without query string, body or header. */
function recordAccess(app: FastifyInstance, ctx: Ctx, clock: Clock): void {
  const accessLog = createAccessLog(ctx);
  app.addHook('onResponse', async (request, reply) => {
    const { actor, tenantId, client } = request.ctx;
    const route = request.routeOptions.url ?? '(unknown)';
    const durationMs = Math.round(reply.elapsedTime);
    const userId = actor.kind === 'user' || actor.kind === 'apiKey' ? actor.userId : null;
    const facts = {
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs,
      requestId: request.id,
      tenantId,
    };
    // Of models there are thousands a second, and each is in the access log.
    const isUsual = request.routeOptions.config.access === 'apiKey' && reply.statusCode < 400;
    ctx.log[isUsual ? 'debug' : 'info'](facts, 'request');
    if (route === '/healthz' || route === '/readyz') return;
    accessLog.write({
      userId,
      ip: client?.ip ?? '',
      userAgent: client?.userAgent ?? '',
      createdAt: clock.now(),
      ...facts,
    });
  });
  app.addHook('onClose', async () => accessLog.close());
}
