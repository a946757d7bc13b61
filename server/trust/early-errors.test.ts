import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { createLog } from '../kernel/log.ts';
import { Problem, problem } from '../kernel/problem.ts';
import { buildTestApp, test as base } from '../testing/test.ts';
import { fillPath, operationsOf } from './operations.ts';

interface Listening {
  readonly app: FastifyInstance;
  readonly lines: string[];
  send(request: string): Promise<Answer>;
}
interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const test = base.extend<{ server: Listening }>({
  server: async ({ database, clock }, use) => {
    const lines: string[] = [];
    const app = await buildTestApp(
      database,
      clock,
      createLog('info', { write: (line) => void lines.push(line) }),
    );
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    await use({ app, lines, send: (request) => exchange(Number(port), request) });
    app.server.closeAllConnections();
    await app.close();
  },
});

/** Sends bytes and reads until the server closes the connection. */
async function exchange(port: number, request: string): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write(Buffer.from(request, 'latin1'));
  await new Promise((resolve) => socket.once('close', resolve));
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n', 2);
  const [statusLine = '', ...headerLines] = head.split('\r\n');
  const headers = headerLines.map((line) => line.split(/: (.*)/, 2) as [string, string]);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
}

const host = 'Host: x\r\nConnection: close\r\n';
const hostile: Record<string, { request: string; status: number; code: string }> = {
  'broken percent-encoding': {
    request: `GET /api/privacy/hostile-marker%ff HTTP/1.1\r\n${host}\r\n`,
    status: 400,
    code: 'kernel.malformed_http',
  },
  'a part of the path that is too long': {
    request: `GET /api/wallet/top-ups/hostile-marker${'x'.repeat(300)} HTTP/1.1\r\n${host}\r\n`,
    status: 414,
    code: 'kernel.address_too_long',
  },
  'headers that are too large': {
    request: `GET /api/wallet HTTP/1.1\r\n${host}x: hostile-marker${'x'.repeat(20_000)}\r\n\r\n`,
    status: 431,
    code: 'kernel.headers_too_large',
  },
  'a request for a tunnel': {
    request: `CONNECT hostile-marker:443 HTTP/1.1\r\n${host}\r\n`,
    status: 405,
    code: 'kernel.method_not_allowed',
  },
  'bytes that are no HTTP': { request: 'hostile-marker\r\n\r\n', status: 400, code: 'kernel.malformed_http' },
  'an unknown method': {
    request: `HOSTILE /hostile-marker HTTP/1.1\r\n${host}\r\n`,
    status: 400,
    code: 'kernel.malformed_http',
  },
  'two lengths': {
    request: `POST /api/identity/login HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nhostile-marker`,
    status: 400,
    code: 'kernel.malformed_http',
  },
  'two hosts': {
    request: `GET /api/wallet HTTP/1.1\r\n${host}Host: hostile-marker\r\n\r\n`,
    status: 400,
    code: 'kernel.malformed_http',
  },
  'no host': {
    request: `GET /api/wallet HTTP/1.1\r\nConnection: close\r\nx: hostile-marker\r\n\r\n`,
    status: 400,
    code: 'kernel.malformed_http',
  },
  'an expectation that cannot be met': {
    request: `POST /api/identity/login HTTP/1.1\r\n${host}Expect: hostile-marker\r\nContent-Length: 2\r\n\r\n{}`,
    status: 400,
    code: 'kernel.malformed_http',
  },
};

for (const [name, { request, status, code }] of Object.entries(hostile)) {
  test(`${name}: a problem with the headers, the id and the log line of every other, and none of the input`, async ({
    server,
  }) => {
    const normal = await server.send(`GET /api/wallet HTTP/1.1\r\n${host}\r\n`);
    const answer = await server.send(request);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const unlike = new Set(['date', 'vary', 'access-control-expose-headers']);
    expect(Object.keys(answer.headers)).toEqual(
      expect.arrayContaining(Object.keys(normal.headers).filter((header) => !unlike.has(header))),
    );
    const requestId = answer.headers['x-request-id'];
    expect(JSON.parse(answer.body)).toEqual({
      type: `/problems/${code}`,
      title: expect.any(String),
      status,
      code,
      requestId,
    });
    const lines = server.lines.filter((line) => line.includes(`"${requestId}"`));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ msg: 'request', status }]);
    expect(server.lines.join('')).not.toContain('hostile-marker');
  });
}

test('before the router, model routes are refused in the form of OpenAI', async ({ server }) => {
  for (const request of [
    `GET /v1/models/%ff HTTP/1.1\r\n${host}\r\n`,
    `POST /v1/chat/completions HTTP/1.1\r\n${host}Host: y\r\n\r\n`,
    `POST /v1/chat/completions HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`,
  ]) {
    const answer = await server.send(request);
    expect(answer.status, request).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.any(String) },
    });
  }
});

test('an address that answers other methods says so by 405, for every documented operation', async ({
  server,
}) => {
  for (const { path } of operationsOf(server.app)) {
    const response = await server.app.inject({ method: 'TRACE', url: fillPath(path, () => 'x') });
    expect(response.statusCode, path).toBe(405);
    expect(response.json()).toMatchObject({ code: 'kernel.method_not_allowed' });
    expect(response.headers.allow, path).toMatch(/GET|POST|PUT|PATCH|DELETE/);
  }
  expect((await server.app.inject({ method: 'POST', url: '/api/no-such-address' })).statusCode).toBe(404);
});

test('HEAD answers like GET, without a body', async ({ server }) => {
  const answer = await server.send(`HEAD /api/wallet HTTP/1.1\r\n${host}\r\n`);
  expect(answer).toMatchObject({ status: 401, body: '' });
  expect(await server.send(`HEAD /api/%ff HTTP/1.1\r\n${host}\r\n`)).toMatchObject({ status: 400, body: '' });
});

test('no field of a problem can change its envelope', () => {
  const any = problem('kernel.invalid_input', 400, 'The request is not valid');
  for (const name of ['type', 'title', 'status', 'code', 'requestId']) {
    const fields: Record<string, unknown> = { [name]: 'x' };
    expect(() => new Problem('a.b', 400, 'x', fields), name).toThrow(TypeError);
  }
  // @ts-expect-error: the compiler refuses it where the name is written down
  expect(() => any({ type: 'x' })).toThrow(TypeError);
});

test('openapi.json names the content type of problems for every operation', async ({ server }) => {
  await server.app.ready();
  const { paths = {} } = server.app.swagger() as {
    paths?: Record<string, Record<string, { responses?: Record<string, { content?: object }> }>>;
  };
  for (const [path, methods] of Object.entries(paths)) {
    for (const { responses = {} } of Object.values(methods)) {
      expect(Object.keys(responses['4XX']?.content ?? {}), path).toEqual(['application/problem+json']);
      expect(Object.keys(responses['5XX']?.content ?? {}), path).toEqual(['application/problem+json']);
    }
  }
});
