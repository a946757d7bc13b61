import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import type { Config } from '../config/config.ts';
import { createLog } from '../kernel/log.ts';
import { testConfig } from '../testing/test-config.ts';
import { buildTestApp, test as base } from '../testing/test.ts';

/** A second address of this machine; macOS has only one of IPv4. */
const elsewhere = process.platform === 'darwin' ? '::1' : '127.0.0.2';

interface Server {
  readonly app: FastifyInstance;
  /** Opens a connection from an address. */
  open(from: string): Promise<Socket>;
}

const test = base.extend<{ serve: (settings: Partial<Config>) => Promise<Server> }>({
  serve: async ({ database, clock }, use) => {
    const apps: FastifyInstance[] = [];
    const sockets: Socket[] = [];
    await use(async (settings) => {
      const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, ...settings });
      apps.push(app);
      const { port } = new URL(await app.listen({ host: elsewhere === '::1' ? '::' : '0.0.0.0', port: 0 }));
      const open = async (from: string) => {
        const host = from.includes(':') ? '::1' : '127.0.0.1';
        const socket = connect({ port: Number(port), host, localAddress: from });
        sockets.push(socket);
        socket.on('error', () => {});
        await new Promise((resolve) => socket.once('connect', resolve));
        return socket;
      };
      return { app, open };
    });
    for (const socket of sockets) socket.destroy();
    for (const app of apps) await app.close();
  },
});

/** The status of the answer to a request, null when the connection was closed instead. */
async function ask(socket: Socket, headers = ''): Promise<number | null> {
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (bytes) => resolve(bytes.toString('latin1')));
    socket.once('close', () => resolve(''));
  });
  socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  const status = (await answer).split(' ')[1];
  return status === undefined ? null : Number(status);
}

const manyOf = <Thing>(count: number, make: () => Promise<Thing>) =>
  Promise.all(Array.from({ length: count }, make));

test('connections that one address opens and leaves idle keep no other address out', async ({ serve }) => {
  const server = await serve({ maxConnections: 20 });
  const idle = await manyOf(40, () => server.open('127.0.0.1'));
  expect(await ask(await server.open(elsewhere))).toBe(200);
  const held = idle.filter((socket) => !socket.destroyed);
  expect(held).toHaveLength(10);
  expect(await ask(await server.open('127.0.0.1'))).toBe(null);
  // What closes makes room.
  for (const socket of held.slice(0, 5)) {
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  expect(await ask(await server.open(elsewhere))).toBe(200);
  expect(await ask(await server.open('127.0.0.1'))).toBe(200);
});

test('behind a declared proxy requests count for their caller, and the connections of the proxy for nobody', async ({
  serve,
}) => {
  const server = await serve({ maxConnections: 20, trustProxy: ['127.0.0.0/8', '::1'] });
  const from = (caller: string) => `X-Forwarded-For: ${caller}\r\n`;
  for (let request = 0; request < 10; request += 1) {
    const socket = await server.open('127.0.0.1');
    socket.write(
      `POST /api/identity/login HTTP/1.1\r\nHost: x\r\n${from('2001:db8::1')}` +
        `Content-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
    );
    // The server asks for a body that never comes, so the request stays under way.
    await new Promise((resolve) => socket.once('data', resolve));
  }
  // The neighbour in the same /64 is the same caller, another network is not.
  const socket = await server.open('127.0.0.1');
  expect(await ask(socket, from('2001:db8::2'))).toBe(429);
  expect(await ask(socket, from('2001:db8:0:1::1'))).toBe(200);
});
