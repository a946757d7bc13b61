import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from '../../testing/fake-upstream.ts';
import type { ProtocolName } from './protocols/protocol.ts';

export interface ModelServerSettings {
  /** Null: it asks for none. */
  readonly key: string | null;
  readonly protocols: readonly ProtocolName[];
  readonly models: readonly object[];
  /** Anyone may read which models there are. */
  readonly isListPublic: boolean;
  /** Knows `x-api-key` and nothing else, as Anthropic does. */
  readonly isOwnHeaderOnly: boolean;
  /** Answers a call that is otherwise right. */
  readonly answer: (path: string, body: Record<string, unknown>, response: ServerResponse) => void;
  /** Answers everything; for servers that are none. */
  readonly anything: ((response: ServerResponse) => void) | null;
}

export interface ModelServer {
  readonly baseUrl: string;
  readonly port: number;
  readonly seen: { readonly line: string; readonly headers: IncomingHttpHeaders; readonly text: string }[];
  close(): Promise<void>;
}

const pathByProtocol = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
} as const;

/** A model server with a door: a key, a list of models, the protocols it speaks, and 404 for everything else. */
export async function startModelServer(wishes: Partial<ModelServerSettings> = {}): Promise<ModelServer> {
  const settings: ModelServerSettings = {
    key: null,
    protocols: ['chat'],
    models: [{ id: 'small' }],
    isListPublic: false,
    isOwnHeaderOnly: false,
    answer: (_path, { model }, response) => sendJson(response, 200, { id: 'x', model, choices: [] }),
    anything: null,
    ...wishes,
  };
  const paths = new Set<string>([
    '/v1/embeddings',
    '/v1/rerank',
    '/v1/moderations',
    '/v1/images/generations',
    '/v1/audio/speech',
    ...settings.protocols.map((name) => pathByProtocol[name]),
  ]);
  const seen: ModelServer['seen'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const path = (request.url ?? '').replace(/\?.*/, '');
      seen.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, headers: request.headers, text });
      if (settings.anything !== null) settings.anything(response);
      else if (!(settings.isListPublic && path === '/v1/models') && !mayEnter(settings, request.headers))
        sendJson(response, 401, { error: { message: 'Incorrect API key', code: 'invalid_api_key' } });
      else if (path === '/v1/models') sendJson(response, 200, { object: 'list', data: settings.models });
      else if (!paths.has(path)) sendJson(response, 404, { detail: 'Not Found' });
      else if (text === '{}')
        sendJson(response, 400, {
          error: { message: 'you must provide a model', type: 'invalid_request_error' },
        });
      else settings.answer(path, JSON.parse(text) as Record<string, unknown>, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function mayEnter({ key, isOwnHeaderOnly }: ModelServerSettings, headers: IncomingHttpHeaders): boolean {
  if (key === null) return true;
  if (isOwnHeaderOnly) return headers['x-api-key'] === key && headers.authorization === undefined;
  return headers.authorization === `Bearer ${key}`;
}
