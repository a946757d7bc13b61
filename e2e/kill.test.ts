import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { freePort, type OwnServer, startServer } from '../demo/use-server.ts';
import { type Acknowledged, expectOnce, load } from './acknowledged.ts';
import { aPersonWithKey, loginOperator, servedModel } from './people.ts';
import { familyOf } from './family-of.ts';

// Ends the server and its database without warning, under load, and counts what was acknowledged before.
const rounds = 3;
const loaders = 6;
const dataDir = mkdtempSync(join(tmpdir(), 'candor-kill-'));
const operatorPassword = randomBytes(12).toString('base64url');

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function killEverything(server: OwnServer): void {
  const family = familyOf(server.child.pid ?? 0);
  const postmaster = Number(
    readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  for (const pid of new Set([...family, postmaster])) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // One of them ended on its own when another was gone.
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
      load(
        () => ({ operator, gatewayUrl: server.url }),
        person,
        model,
        noted,
        () => isOver,
      ),
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
  await expectOnce(operator, person, noted);
  await server.stop();
});
