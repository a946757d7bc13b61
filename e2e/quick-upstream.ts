import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Client } from '../demo/client.ts';

export const quickModel = 'quick';
/** What one answer of the quick model costs, at a yuan per thousand tokens. */
export const quickAnswerMicros = 12_000;

export interface Upstream {
  readonly baseUrl: string;
  close(): void;
}

/** A model server that answers at once, always the same. */
export function quickUpstream(): Promise<Upstream> {
  return listen((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model: quickModel,
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
        }),
      );
    });
  });
}

const wordEveryMs = 50;

/** A model server that writes on at every answer and ends none. */
export function endlessUpstream(): Promise<Upstream> {
  return listen((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = () => response.write('data: {"choices":[{"index":0,"delta":{"content":"one word "}}]}\n\n');
    write();
    const timer = setInterval(write, wordEveryMs);
    response.once('close', () => clearInterval(timer));
  });
}

/** Puts a model server behind the gateway and sells its model by the token. */
export async function offerModel(
  operator: Client,
  { baseUrl }: Upstream,
  modelId: string,
  micros: number,
  perTokens: number,
  protocols: readonly string[] = ['chat'],
): Promise<void> {
  await operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl,
    protocols,
    models: [{ modelId, upstreamModel: modelId, kind: 'chat', contextTokens: 4096 }],
  });
  await operator.call('POST', '/api/catalog/prices', {
    sku: modelId,
    prices: ['gateway.input-tokens', 'gateway.output-tokens'].map((meter) => ({
      meter,
      micros,
      perUnits: perTokens,
    })),
  });
}

/** A server on a free port of this machine. */
export async function listen(answer: RequestListener): Promise<Upstream> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
