import type { FastifyInstance } from 'fastify';
import { tenantOf } from '../../kernel/context.ts';
import { problemBody } from '../../kernel/http.ts';
import { authorize } from '../../declare/permissions.ts';
import { ensurePlaygroundKey } from '../identity/index.ts';
import type { Gateway } from './gateway.ts';
import { openAiWords } from './protocols/chat/failure-words.ts';
import type { FailureWords } from './protocols/protocol.ts';
import { requirePresence, serve } from './serve.ts';
import { admit, bodyOf, takeBytes } from './v1-routes.ts';

/** The console's playground: the model routes for a logged-in person, on a key of their own. */
export async function playgroundRoutes(
  app: FastifyInstance,
  { gateway }: { readonly gateway: Gateway },
): Promise<void> {
  takeBytes(app, gateway);
  app.addHook('onRequest', async (request, reply) => {
    request.admitted = admit(gateway, request, reply, tenantOf(request.ctx));
  });
  const options = { config: { widensProcessing: true }, schema: { hide: true } } as const;
  app.post('/api/gateway/playground/chat', options, async (request, reply) => {
    authorize(request.ctx, 'gateway:call');
    await requirePresence(gateway);
    const { epoch } = gateway.keys;
    const facts = await ensurePlaygroundKey(request.ctx);
    request.admitted?.startServing();
    await serve(gateway, {
      endpoint: 'chat/completions',
      requestId: request.id,
      key: { facts, loadedAtMs: gateway.nowMs(), epoch },
      body: bodyOf(request),
      via: request.headers.via,
      response: reply.raw,
      words: wordsOfProblems(request.id),
      rateHeaderStyle: 'openai',
      forwarded: {},
      takeOver: () => void reply.hijack(),
    });
  });
}

function wordsOfProblems(requestId: string): FailureWords {
  return {
    ...openAiWords,
    reply: (problem) => ({
      status: problem.status,
      headers: { 'content-type': 'application/problem+json' },
      body: Buffer.from(JSON.stringify(problemBody(problem, requestId))),
    }),
  };
}
