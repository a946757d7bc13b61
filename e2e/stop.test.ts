import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { processStartTime } from '../scripts/lib/process-identity.mjs';
import { freePort, type OwnServer, startServer } from '../demo/use-server.ts';
import { familyOf } from './family-of.ts';
import { aPersonWithKey, loginOperator } from './people.ts';
import { endlessUpstream, offerModel } from './quick-upstream.ts';

// What ends unexpectedly or is stopped while the product serves, as an operator sees it.
const root = mkdtempSync(join(tmpdir(), 'candor-stop-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** `npm start` with a data folder of its own and no local model. */
async function start(name: string, port?: number): Promise<OwnServer> {
  const server = await startServer({
    ...(port === undefined ? {} : { port }),
    dataDir: join(root, name),
    operatorPassword: randomBytes(12).toString('base64url'),
    environment: { CANDOR_MODEL: 'none' },
  });
  onTestFinished(() => server.stop());
  return server;
}

function postmasterOf(name: string): number {
  const file = join(root, name, 'postgres', 'cluster', 'postmaster.pid');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

async function readiness(server: OwnServer): Promise<{ status: number; missing: string[] }> {
  const answer = await fetch(`${server.url}/readyz`);
  return { missing: ((await answer.json()) as { missing: string[] }).missing, status: answer.status };
}

async function aCustomerOfEndlessModel(server: OwnServer) {
  const operator = await loginOperator(server);
  const upstream = await endlessUpstream();
  onTestFinished(() => upstream.close());
  await offerModel(operator, upstream, 'endless', 1_000_000, 1_000);
  return aPersonWithKey(server, operator, 100_000_000);
}

test('a PostgreSQL that is killed comes back at the same address, and the server is ready again', async () => {
  const server = await start('killed-database');
  const killed = postmasterOf('killed-database');
  expect(await readiness(server)).toMatchObject({ status: 200 });
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => readiness(server), { timeout: 60_000 }).toMatchObject({ status: 503 });
  await expect.poll(() => readiness(server), { timeout: 60_000 }).toMatchObject({ status: 200 });
  expect(postmasterOf('killed-database')).not.toBe(killed);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await loginOperator(server);
});

test('a server that is killed is started again, and nothing is left behind by a stop', async () => {
  const server = await start('killed-server');
  const family = familyOf(server.child.pid ?? 0);
  const killed = family[1] ?? 0;
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => familyOf(server.child.pid ?? 0)[1] ?? killed, { timeout: 60_000 }).not.toBe(killed);
  await expect
    .poll(() => readiness(server).catch(() => ({ status: 0 })), { timeout: 90_000 })
    .toMatchObject({ status: 200 });
  const after = [...familyOf(server.child.pid ?? 0), postmasterOf('killed-server')];
  await server.stop();
  await expect
    .poll(() => after.filter((pid) => processStartTime(pid) !== undefined), { timeout: 30_000 })
    .toEqual([]);
});

test('SIGTERM with an endless stream: the client hears an error event, the exit code is 0, PostgreSQL ends', async () => {
  const port = await freePort();
  const server = await start('live-stream', port);
  const person = await aCustomerOfEndlessModel(server);
  const answer = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'endless', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(answer.status).toBe(200);
  const postmaster = postmasterOf('live-stream');
  const exited = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  expect(await answer.text()).toContain('"code":"service_unavailable"');
  expect(await exited).toEqual([0, null]);
  expect(processStartTime(postmaster)).toBeUndefined();

  await start('live-stream', port);
  const events = await person.client.call<{ items: { outcome: string; chargeMicros: number }[] }>(
    'GET',
    '/api/billing/usage/events',
  );
  expect(events.items).toMatchObject([{ outcome: 'stopped' }]);
  expect(events.items[0]?.chargeMicros).toBeGreaterThan(0);
});
