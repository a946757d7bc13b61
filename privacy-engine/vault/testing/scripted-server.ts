import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { TransitClient, type TransitClientOptions } from '../transit-client.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A server that gives these answers in turn, the last one again and again. */
export async function scriptedServer(answers: readonly Answer[]) {
  const asked: {
    readonly method: string;
    readonly url: string;
    readonly token: unknown;
    readonly body: string;
  }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {
      status,
      headers = {},
      body = '',
    } = answers[Math.min(asked.length, answers.length - 1)] ?? { status: 500 };
    const { method = '', url = '' } = request;
    asked.push({
      method,
      url,
      token: request.headers['x-vault-token'],
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waitsMs: number[] = [];
  const client = (options: Partial<TransitClientOptions> = {}) =>
    new TransitClient({
      address,
      token: () => 'a token',
      sleep: async (ms) => void waitsMs.push(ms),
      ...options,
    });
  return { address, asked, waitsMs, client };
}
