import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { freePort, type OwnServer, startServer } from '../demo/use-server.ts';
import {
  aPersonWithKey,
  type E2ePerson,
  everything,
  loginOperator,
  servedModel,
  transfer,
} from './people.ts';
import type { Client } from '../demo/client.ts';
import { familyOf } from './family-of.ts';

// Ends the server and its database without warning, under load, and counts what was acknowledged before.
const rounds = 3;
const loaders = 6;
const amountMicros = 10_000;
const dataDir = mkdtempSync(join(tmpdir(), 'candor-kill-'));
const operatorPassword = randomBytes(12).toString('base64url');

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

interface Acknowledged {
  readonly serials: string[];
  readonly requestIds: string[];
}

function killEverything(server: OwnServer): void {
  const family = familyOf(server.child.pid ?? 0);
  const postmaster = Number(
    readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  for (const pid of new Set([...family, postmaster])) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // One of them ended by itself when another was gone.
    }
  }
}

/** Tops up and calls the model until the server is gone, noting what it was told had happened. */
async function load(
  server: OwnServer,
  operator: Client,
  person: E2ePerson,
  model: string,
  noted: Acknowledged,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const serial = `kill-${randomBytes(8).toString('hex')}`;
    try {
      await transfer(operator, person.tenantId, amountMicros, serial);
      noted.serials.push(serial);
      const answer = await fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${person.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }),
      });
      await answer.text();
      if (answer.status === 200) noted.requestIds.push(answer.headers.get('x-request-id') ?? '');
    } catch {
      // The server went away in the middle: nothing was acknowledged.
    }
  }
}

test('after kill -9 of server and database under load every acknowledged top-up and charge is there exactly once', async () => {
  const port = await freePort();
  const start = () =>
    startServer({ port, dataDir, operatorPassword, environment: { CANDOR_MODEL: 'generated' } });
  // One seed, printed, so that a failure can be run again with the same moments.
  const seed = Number(process.env['CANDOR_KILL_SEED'] ?? Date.now() % 1_000_000);
  const moments = fc.sample(fc.integer({ min: 0, max: 1_500 }), { numRuns: rounds, seed });
  process.stdout.write(`kill test seed ${seed}: ${moments.join(', ')} ms after the load is under way\n`);
  const noted: Acknowledged = { serials: [], requestIds: [] };
  let server = await start();
  let operator = await loginOperator(server);
  const person = await aPersonWithKey(server, operator, 1_000_000);
  const model = await servedModel(server, person);

  for (const moment of moments) {
    let isOver = false;
    const running = Array.from({ length: loaders }, () =>
      load(server, operator, person, model, noted, () => isOver),
    );
    const [serials, requests] = [noted.serials.length, noted.requestIds.length];
    await person.client.until(
      'the load',
      async () => noted.serials.length > serials + loaders && noted.requestIds.length > requests + loaders,
    );
    await new Promise((resolve) => setTimeout(resolve, moment));
    killEverything(server);
    isOver = true;
    await Promise.all(running);
    server = await start();
    operator = await loginOperator(server);
    await servedModel(server, person);
  }

  expect(noted.serials.length).toBeGreaterThan(rounds * loaders);
  expect(noted.requestIds.length).toBeGreaterThan(rounds * loaders);
  const events = await everything<{ id: string; requestId: string; chargeMicros: number }>(
    person.client,
    '/api/billing/usage/events',
  );
  const timesByRequest = new Map<string, number>();
  for (const { requestId } of events) timesByRequest.set(requestId, (timesByRequest.get(requestId) ?? 0) + 1);
  expect(noted.requestIds.filter((id) => timesByRequest.get(id) !== 1)).toEqual([]);
  expect([...timesByRequest.values()].every((times) => times === 1)).toBe(true);

  // Repeating every acknowledged transfer changes nothing: each is there, once.
  const before = await person.client.call<{ balanceMicros: number }>('GET', '/api/wallet');
  for (const serial of noted.serials) await transfer(operator, person.tenantId, amountMicros, serial);
  const after = await person.client.call<{ balanceMicros: number }>('GET', '/api/wallet');
  expect(after.balanceMicros).toBe(before.balanceMicros);

  const credits = await everything<{ id: string; direction: string; amountMicros: number }>(
    person.client,
    '/api/wallet/transactions',
  );
  const creditedMicros = credits
    .filter(({ direction }) => direction === 'in')
    .reduce((sum, row) => sum + row.amountMicros, 0);
  const chargedMicros = events.reduce((sum, event) => sum + event.chargeMicros, 0);
  expect(after.balanceMicros).toBe(creditedMicros - chargedMicros);
  const books = await operator.call<{ sumMicros: number; mismatches: unknown[] }>(
    'GET',
    '/api/wallet/ledger-check',
  );
  expect(books).toMatchObject({ sumMicros: 0, mismatches: [] });
  process.stdout.write(
    `${noted.serials.length} top-ups and ${noted.requestIds.length} charges acknowledged, all there once\n`,
  );
  await server.stop();
});
