import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress, networkOf } from '../../kernel/client-address.ts';
import { toProblem } from '../../kernel/http.ts';
import { bodyTooLarge, type Problem } from '../../kernel/problem.ts';
import type { Entry } from './admission.ts';
import { endpoints } from './endpoint-rules.ts';
import type { Gateway } from './gateway.ts';
import type { CachedKey } from './key-cache.ts';
import { invalidApiKey, malformedRequest, methodNotAllowed, modelNotFound, unknownUrl } from './problems.ts';
import { mayCall, preflightHeaders, requireNetwork, requireOrigin } from './key-rules.ts';
import { messagesHeaders } from './protocols/messages/headers.ts';
import { wordsFor } from './protocols/words-for.ts';
import { readBody } from './read-body.ts';
import { requirePresence, requireUsable, serve } from './serve.ts';

declare module 'fastify' {
  interface FastifyRequest {
    apiKey: CachedKey | null;
    /** The place of a request to a model. */
    admitted: Entry | null;
  }
}

/** Images travel inside chat requests. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** The routes of every protocol, for clients that hold an API key. */
export async function v1Routes(
  v1: FastifyInstance,
  { gateway }: { readonly gateway: Gateway },
): Promise<void> {
  v1.decorateRequest('apiKey', null);
  takeBytes(v1, gateway);
  v1.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
    return refuse(gateway, problem, request, reply);
  });
  v1.setNotFoundHandler((request, reply) =>
    refuse(gateway, isKnownPath(request.url) ? methodNotAllowed() : unknownUrl(), request, reply),
  );
  v1.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    if (request.method === 'OPTIONS') return reply.code(204).headers(preflightHeaders).send();
    request.apiKey = await authenticate(gateway, request);
    requireNetwork(request.apiKey.facts, clientAddress(request));
    requireOrigin(request.apiKey.facts, request.headers, reply.raw);
    request.admitted = admit(gateway, request, reply, request.apiKey.facts.tenantId);
  });
  v1.addHook('preHandler', async (request) => request.admitted?.startServing());

  for (const endpoint of endpoints) {
    v1.post(
      `/${endpoint}`,
      { config: { access: 'apiKey' }, schema: { hide: true } },
      async (request, reply) => {
        await serve(gateway, {
          endpoint,
          requestId: request.id,
          key: keyOf(request),
          body: bodyOf(request),
          via: request.headers.via,
          response: reply.raw,
          words: wordsFor(request.url, request.id),
          rateHeaderStyle: endpoint.startsWith('messages') ? 'anthropic' : 'openai',
          forwarded: endpoint.startsWith('messages') ? messagesHeaders(request.headers) : {},
          takeOver: () => void reply.hijack(),
        });
      },
    );
  }
  for (const path of [...endpoints, 'models', 'models/*'])
    v1.options(`/${path}`, { config: { access: 'open' }, schema: { hide: true } }, async (_request, reply) =>
      reply.code(204).send(),
    );
  v1.get('/models', { config: { access: 'apiKey' }, schema: { hide: true } }, async (request) => ({
    object: 'list',
    data: await listOffered(gateway, keyOf(request)),
  }));
  v1.get('/models/*', { config: { access: 'apiKey' }, schema: { hide: true } }, async (request) => {
    const { '*': id } = request.params as { '*': string };
    const found = (await listOffered(gateway, keyOf(request))).find((model) => model.id === id);
    if (found === undefined) throw modelNotFound({ param: 'model' });
    return found;
  });
}

/** Takes room for a request before its body is read. @throws `gateway.overloaded`, `kernel.body_too_large` */
export function admit(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  tenantId: string,
): Entry {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw bodyTooLarge();
  return gateway.admission.enter({ tenantId, network: networkOf(clientAddress(request)) }, reply.raw);
}

/** The body stays the bytes that came: they are forwarded, not written again. */
export function takeBytes(app: FastifyInstance, gateway: Gateway): void {
  app.decorateRequest('admitted', null);
  app.removeAllContentTypeParsers();
  const limits = { maxBytes: maxBodyBytes, idleMs: gateway.limits.bodyIdleMs };
  app.addContentTypeParser('application/json', async (request: FastifyRequest, body: IncomingMessage) =>
    readBody(body, limits, (count) => request.admitted?.arrived(count)),
  );
}

export function bodyOf(request: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(request.body)) throw malformedRequest({ detail: 'The body must be a JSON object.' });
  return request.body;
}

async function authenticate(gateway: Gateway, request: FastifyRequest): Promise<CachedKey> {
  const secret = secretOf(request.headers);
  if (secret === undefined) {
    throw invalidApiKey({
      detail:
        "You didn't provide an API key. Send it as the header 'Authorization: Bearer sk-…' or 'x-api-key: sk-…'.",
    });
  }
  await requirePresence(gateway);
  const key = gateway.keys.peek(secret) ?? (await gateway.keys.find(secret));
  const { apiKeyId, userId, tenantId } = key.facts;
  request.ctx = { ...request.ctx, actor: { kind: 'apiKey', apiKeyId, userId }, tenantId };
  requireUsable(gateway, key);
  return key;
}

/** Of `Authorization` when it is there: programs that send both keep the other for another server. */
function secretOf({ authorization, 'x-api-key': key }: IncomingHttpHeaders): string | undefined {
  if (authorization !== undefined) return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  return typeof key === 'string' && /^\S+$/.test(key) ? key : undefined;
}

function keyOf(request: FastifyRequest): CachedKey {
  if (request.apiKey === null) throw invalidApiKey();
  return request.apiKey;
}

/** Models that can be called with a key: priced, and served or being loaded. A start does not make them come and go. */
async function listOffered(gateway: Gateway, { facts }: CachedKey) {
  const priceByModel = await gateway.prices.get();
  const routesByModel = await gateway.directory.routes();
  return [...priceByModel.entries()]
    .filter(([id]) => mayCall(facts, id))
    .filter(([id]) => routesByModel.has(id) || gateway.directory.isAwaited(id))
    .map(([id, { contextTokens }]) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: 'candor',
      max_model_len: contextTokens,
    }));
}

function refuse(
  gateway: Gateway,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  gateway.metrics.refusals.inc({ code: problem.code });
  const { status, headers, body } = wordsFor(request.url, request.id).reply(problem);
  return reply.code(status).headers(headers).send(body);
}

function isKnownPath(url: string): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return (
    path === '/v1/models' ||
    path.startsWith('/v1/models/') ||
    endpoints.some((endpoint) => path === `/v1/${endpoint}`)
  );
}
