import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a scripted model server saw of one request. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Record<string, unknown>;
  /** Resolves when the caller has gone before the answer was complete. */
  readonly gone: Promise<void>;
}

export type Script = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export interface FakeUpstream {
  readonly baseUrl: string;
  readonly seen: readonly SeenRequest[];
  /** What it does from now on; without a script it answers like a well-behaved server. */
  script(next: Script): void;
  close(): Promise<void>;
}

/** A model server that does what a test says, over real HTTP: slow, broken, silent or well-behaved. */
export async function startFakeUpstream(): Promise<FakeUpstream> {
  const seen: SeenRequest[] = [];
  let current: Script = answerWell();
  const server = createServer((request, response) => {
    void readAll(request).then(async (text) => {
      const gone = new Promise<void>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve();
        });
      });
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        text,
        body: JSON.parse(text) as Record<string, unknown>,
        gone,
      };
      seen.push(one);
      await current(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    script(next) {
      current = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes requests on to another server under a name of its own, as a proxy between two clouds would. */
export async function startForwarder(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, reply) => {
    const { via: _via, host: _host, ...headers } = incoming.headers;
    const outgoing = request(
      `${target}${incoming.url ?? ''}`,
      { method: incoming.method, headers },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      },
    );
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Answer {
  /** One event, or one token, each. */
  readonly words?: readonly string[];
  readonly inputTokens?: number;
  /** Left out: the number of words. */
  readonly outputTokens?: number;
  readonly reportsUsage?: boolean;
  /** Waited for before the event of that index. */
  readonly gates?: Readonly<Record<number, Promise<void>>>;
  /** The connection is cut instead of sending the event of this index. */
  readonly cutBefore?: number;
}

/** Answers as OpenAI would: chat, completions and embeddings, whole or in events. */
export function answerWell(answer: Answer = {}): Script {
  const { words = ['Hello', ' world', '!'], inputTokens = 10 } = answer;
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: answer.outputTokens ?? words.length,
    total_tokens: inputTokens + (answer.outputTokens ?? words.length),
  };
  const reportsUsage = answer.reportsUsage ?? true;
  return async ({ path, body }, response) => {
    if (path.endsWith('/embeddings')) {
      const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
      const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding: [0.1, 0.2, index] }));
      sendJson(response, 200, {
        object: 'list',
        model: body['model'],
        data,
        usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
      });
      return;
    }
    const isChat = path.endsWith('/chat/completions');
    if (body['stream'] === true)
      await sendEvents(response, body, isChat, answer, words, reportsUsage ? usage : null);
    else sendJson(response, 200, wholeReply(body, isChat, words, reportsUsage ? usage : null));
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function wholeReply(
  body: Record<string, unknown>,
  isChat: boolean,
  words: readonly string[],
  usage: object | null,
) {
  const text = words.join('');
  const choice = isChat
    ? { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }
    : { index: 0, text, finish_reason: 'stop' };
  const object = isChat ? 'chat.completion' : 'text_completion';
  return {
    id: 'fake',
    object,
    created: 1,
    model: body['model'],
    choices: [choice],
    ...(usage === null ? {} : { usage }),
  };
}

async function sendEvents(
  response: ServerResponse,
  body: Record<string, unknown>,
  isChat: boolean,
  answer: Answer,
  words: readonly string[],
  usage: object | null,
): Promise<void> {
  const head = {
    id: 'fake',
    object: isChat ? 'chat.completion.chunk' : 'text_completion',
    created: 1,
    model: body['model'],
  };
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [index, word] of words.entries()) {
    await answer.gates?.[index];
    if (answer.cutBefore === index) return cut(response);
    send({ ...head, choices: [isChat ? { index: 0, delta: { content: word } } : { index: 0, text: word }] });
  }
  await answer.gates?.[words.length];
  if (answer.cutBefore === words.length) return cut(response);
  send({
    ...head,
    choices: [
      isChat ? { index: 0, delta: {}, finish_reason: 'stop' } : { index: 0, text: '', finish_reason: 'stop' },
    ],
  });
  const options = body['stream_options'] as { include_usage?: boolean } | undefined;
  if (usage !== null && options?.include_usage === true) send({ ...head, choices: [], usage });
  response.end('data: [DONE]\n\n');
}

/** Breaks the connection once everything written before is on its way. */
async function cut(response: ServerResponse): Promise<void> {
  await new Promise((resolve) => response.write(': cut\n\n', resolve));
  response.destroy();
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
