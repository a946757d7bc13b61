import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemBody } from '../kernel/http.ts';
import { newId } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import {
  addressTooLong,
  bodyTooLarge,
  headersTooLarge,
  malformedHttp,
  methodNotAllowed,
  type Problem,
  requestTimedOut,
} from '../kernel/problem.ts';
import { wordsFor } from '../modules/gateway/index.ts';

/** Answers requests that never reach a route, in the form, with the headers and the log line of every other answer. */
export interface EarlyErrors {
  /** The address cannot be decoded, or a part of it is too long. */
  refuseAddress(error: Error, request: IncomingMessage, response: ServerResponse): void;
  /** A request to be a proxy, which Node would close without a word. */
  refuseTunnel(request: IncomingMessage, socket: Duplex): void;
  /** The bytes on the connection are no request. */
  refuseBytes(error: ConnectionError, socket: Socket): void;
}

interface ConnectionError extends Error {
  readonly code?: string;
  /** The bytes at fault; Fastify's types know only their JSON. */
  readonly rawPacket?: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function createEarlyErrors(log: Log, headersOfAll: Readonly<Record<string, string>>): EarlyErrors {
  function answer(problem: Problem, method: string, address: string): Answer {
    const requestId = newId('req');
    const { status, headers, body } = isModelAddress(address)
      ? wordsFor(address, requestId).reply(problem)
      : {
          status: problem.status,
          headers: { 'content-type': problemType },
          body: JSON.stringify(problemBody(problem, requestId)),
        };
    // The address and the bytes are input of a person, so they are not logged.
    log.info({ method, route: '(unreadable)', status, durationMs: 0, requestId, tenantId: null }, 'request');
    const text = body.toString();
    return {
      status,
      headers: {
        ...headers,
        ...headersOfAll,
        'cache-control': 'no-store',
        'x-request-id': requestId,
        'content-length': String(Buffer.byteLength(text)),
        connection: 'close',
      },
      body: text,
    };
  }

  return {
    refuseAddress(error, request, response) {
      const isTooLong = 'statusCode' in error && error.statusCode === 414;
      const { status, headers, body } = answer(
        isTooLong ? addressTooLong() : malformedHttp(),
        request.method ?? '',
        request.url ?? '',
      );
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : body);
    },
    refuseTunnel({ method = '' }, socket) {
      socket.on('error', () => socket.destroy());
      socket.end(bytesOf(answer(methodNotAllowed(), method, '')), () => socket.destroy());
    },
    refuseBytes(error, socket) {
      // A second answer in the middle of the first would be read as a part of it.
      if (error.code === 'ECONNRESET' || !socket.writable || hasBegunAnswer(socket)) {
        socket.destroy();
        return;
      }
      const [, method = '', address = ''] = requestLine.exec(beginningOf(error)) ?? [];
      socket.end(bytesOf(answer(problemOf(error.code), method, address)));
      // A peer that goes on sending must not keep the connection.
      socket.destroySoon();
    },
  };
}

/**
 * Refuses what parsers read differently: a request for two hosts, or for none.
 * @throws `kernel.malformed_http`
 */
export async function refuseAmbiguousHost(request: FastifyRequest): Promise<void> {
  const { rawHeaders, httpVersion } = request.raw;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  const isMissing = hosts === 0 && httpVersion !== '1.0' && request.headers.host === undefined;
  if (hosts > 1 || isMissing) throw malformedHttp();
}

/** `Expect` with anything but `100-continue`, and `CONNECT`, are answered by Node without a word. */
export function refuseSilentlyEnded(app: FastifyInstance, early: EarlyErrors): void {
  app.server.on('connect', (request: IncomingMessage, socket: Duplex) => early.refuseTunnel(request, socket));
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    early.refuseAddress(malformedHttp(), request, response),
  );
}

function bytesOf({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

const problemType = 'application/problem+json';
const requestLine = /^([A-Z]{1,20}) (\S{1,200})/;

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimedOut();
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return bodyTooLarge();
  return malformedHttp();
}

function beginningOf({ rawPacket }: ConnectionError): string {
  return Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1', 0, 240) : '';
}

function isModelAddress(address: string): boolean {
  return address === '/v1' || address.startsWith('/v1/');
}

/** Node keeps the response of the request that the connection is at under this name. */
function hasBegunAnswer(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return response?.headersSent === true;
}
