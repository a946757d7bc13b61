import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { Pool } from 'undici';
import { test } from '../../testing/gateway.ts';
import { createUpstreamReach, type ReachOptions } from './upstream-reach.ts';

let server: Server;
let seen = 0;
let port = 0;
beforeAll(async () => {
  server = createServer((_request, response) => {
    seen += 1;
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Calls an address as the gateway would, and says with which status or error it ended. */
async function call(host: string, options: Partial<ReachOptions>): Promise<number | string> {
  const reach = createUpstreamReach({ allowsPrivate: true, ownServices: () => [], ...options });
  const url = new URL(`http://${host}:${port}/v1`);
  const pool = new Pool(url.origin, { connect: reach.connectorFor(url) });
  try {
    const { statusCode, body } = await pool.request({ method: 'POST', path: '/v1/chat/completions' });
    await body.dump();
    return statusCode;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await pool.destroy();
  }
}

const resolvingTo =
  (...addresses: string[]): ReachOptions['resolve'] =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('private addresses are called when the operator allows them, and a redirect is an answer, never a second call', async () => {
  seen = 0;
  expect(await call('127.0.0.1', {})).toBe(302);
  expect(await call('models.example', { resolve: resolvingTo('127.0.0.1') })).toBe(302);
  expect(seen).toBe(2);
});

test('no connection is made to a private address that the operator does not allow, however it is spelt', async () => {
  seen = 0;
  const options = { allowsPrivate: false };
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'])
    expect(await call(host, options), host).toBe('CANDOR_ADDRESS_REFUSED');
  const rebound = { ...options, resolve: resolvingTo('127.0.0.1') };
  expect(await call('models.example', rebound)).toBe('CANDOR_ADDRESS_REFUSED');
  expect(seen).toBe(0);
});

test('a name is judged at every connection, by all the addresses it has then', async () => {
  seen = 0;
  expect(await call('models.example', { resolve: resolvingTo('127.0.0.1', '169.254.169.254') })).toBe(
    'CANDOR_ADDRESS_REFUSED',
  );
  expect(await call('models.example', { resolve: resolvingTo('64:ff9b::a9fe:a9fe') })).toBe(
    'CANDOR_ADDRESS_REFUSED',
  );
  expect(await call('models.example', { resolve: resolvingTo() })).toBe('CANDOR_ADDRESS_REFUSED');
  let turn = 0;
  const reach = createUpstreamReach({
    allowsPrivate: false,
    ownServices: () => [],
    resolve: async () => [{ address: (turn += 1) === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }],
  });
  const url = new URL(`http://models.example:${port}`);
  await new Promise<void>((resolve) => {
    reach.connectorFor(url)(
      { hostname: 'models.example', protocol: 'http:', port: String(port) },
      (...[error]) => {
        expect(error).toMatchObject({ code: 'CANDOR_ADDRESS_REFUSED' });
        resolve();
      },
    );
  });
  // Looked up once: what is judged is what is dialled.
  expect(turn).toBe(1);
  expect(seen).toBe(0);
});

test('services of this installation are refused on every address of the machine, also where private ones are allowed', async () => {
  const ownServices = () => [{ host: '0.0.0.0', port }];
  for (const host of ['127.0.0.1', '127.0.0.9', '[::1]', 'localhost', '[::ffff:127.0.0.1]'])
    expect(await call(host, { ownServices }), host).toBe('CANDOR_ADDRESS_REFUSED');
});

test('an upstream at our own database, our own address or cloud metadata is refused with the rule beside the field', async ({
  cloud,
  database,
}) => {
  const { host: own } = new URL(cloud.url);
  const { host: ownDatabase } = new URL(database.appUrl);
  for (const [address, rule] of [
    [own, 'own_service'],
    [ownDatabase, 'own_service'],
    ['169.254.169.254', 'special_address'],
    ['[fd00:ec2::254]', 'special_address'],
    ['[64:ff9b::6464:64c8]', 'special_address'],
  ]) {
    const answer = await cloud.operator.call('POST', '/api/gateway/upstreams', {
      name: `at ${address}`,
      baseUrl: `http://${address}/v1`,
      models: [],
    });
    expect(answer.statusCode, address).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'kernel.invalid_input',
      issues: [{ path: 'body.baseUrl', rule, message: expect.stringMatching(/^must not be /) }],
    });
  }
});
