import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { createClient } from '../demo/client.ts';
import { keepPostgres } from '../server/embedded-postgres/keep-postgres.ts';
import { createLog } from '../server/kernel/log.ts';
import { expectOnce } from './acknowledged.ts';
import { aPersonWithKey, aUsername, loginOperator } from './people.ts';
import { offerModel, quickModel, quickUpstream } from './quick-upstream.ts';
import { startLoad } from './roll-out-load.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

/** A release to be started: its name in messages, and the `main.mjs` of its bundle. */
export interface Release {
  readonly name: string;
  readonly main: string;
}

/**
 * Rolls a newer release out beside a former one, back, and out again, on one database under load, and expects that no
 * request fails, that everything acknowledged is there once, that erasures are certified and that the log verifies.
 * @returns what `releases list` says when only the newer one lives.
 */
export async function rollOut(
  { expect, onTestFinished }: Pick<TestContext, 'expect' | 'onTestFinished'>,
  root: string,
  former: Release,
  newer: Release,
): Promise<string> {
  const postgres = await keepPostgres({
    dataDir: join(root, 'postgres'),
    log: createLog('silent'),
    stopsWithParent: true,
    onGivenUp: (error) => process.stderr.write(`${String(error)}\n`),
  });
  onTestFinished(() => postgres.stop());
  const environment = {
    DATABASE_URL: postgres.adminUrl,
    CANDOR_DATA: join(root, 'data'),
    CANDOR_OPERATOR_PASSWORD: randomBytes(12).toString('base64url'),
    CANDOR_MODEL: 'none',
    CANDOR_LOG_LEVEL: 'error',
  };
  const before = await createServerProcess({ ...former, environment });
  const after = await createServerProcess({ ...newer, environment });
  onTestFinished(async () => void (await Promise.all([before.stop(), after.stop()])));

  await before.start();
  const operator = await loginOperator(before);
  const upstream = await quickUpstream();
  onTestFinished(() => upstream.close());
  await offerModel(operator, upstream, quickModel, 1_000, 1);
  const person = await aPersonWithKey(before, operator, 1_000_000_000);
  const { user } = await person.client.call<{ user: { username: string } }>('GET', '/api/identity/me');
  const alive = [before];
  const load = startLoad(alive, person, user.username);
  onTestFinished(() => load.stop());
  const goesOn = async (when: string) => {
    await load.goesOn();
    expect(load.failures, when).toEqual([]);
  };
  await goesOn('the former release alone');
  const erasures = [await erase(before)];

  await after.start();
  alive.push(after);
  await goesOn('both');
  erasures.push(await erase(after));
  await load.drain(before);
  await before.stop();
  await before.start();
  alive.push(before);
  await goesOn('the former release has restarted beside the newer one');
  await load.drain(after);
  await after.stop();
  await goesOn('rolled back');
  // A release that does not know every column about persons leaves the rest to one that does.
  const waiting = await erase(before);
  await after.start();
  alive.push(after);
  await load.drain(before);
  expect(await stateOf(after, waiting)).not.toBe('failed');
  await before.stop();
  await goesOn('the newer release alone');
  await load.stop();
  expect(load.failures).toEqual([]);

  for (const reference of [...erasures, waiting])
    await expect.poll(() => stateOf(after, reference), { timeout: 300_000 }).toBe('certified');
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [join(newer.main, '..', 'candor.mjs'), ...args], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
  const verified = command('audit', 'verify');
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
  const listed = command('releases', 'list').stdout;

  // And once more beside the newer release: there the person has logged in.
  await before.start();
  await expectOnce(await loginOperator(after), person, load.noted);
  process.stdout.write(`${load.exports.length} exports downloaded\n${listed}`);
  return listed;
}

/** Registers a person, who reads their data and is erased. @returns the reference. */
async function erase(server: ServerProcess): Promise<string> {
  const client = createClient(server.url);
  const username = aUsername();
  const password = `correct horse ${username}`;
  const { version } = await client.call<{ version: string }>('GET', '/api/identity/policy');
  const account = { username, email: `${username}@example.com`, password, policyVersion: version };
  await client.call('POST', '/api/identity/register', { method: 'password', ...account });
  const { promiseHash } = await client.call<{ promiseHash: string }>('POST', '/api/privacy/erasure/preview');
  const { reference } = await client.call<{ reference: string }>('POST', '/api/privacy/erasure/confirm', {
    proof: { password },
    promiseHash,
  });
  return reference;
}

async function stateOf(server: ServerProcess, reference: string): Promise<string> {
  const { state } = await createClient(server.url).call<{ state: string }>(
    'POST',
    '/api/privacy/erasure/status',
    { reference },
  );
  return state;
}
