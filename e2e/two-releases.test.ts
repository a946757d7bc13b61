import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../demo/client.ts';
import { bundleServer } from '../scripts/lib/bundle-server.mjs';
import { keepPostgres } from '../server/embedded-postgres/keep-postgres.ts';
import { createLog } from '../server/kernel/log.ts';
import { callModel, expectBalancedBooks, expectChargedOnce } from './acknowledged.ts';
import { addNextRelease, copyRelease } from './derive-release.ts';
import { aPersonWithKey, aUsername, type E2ePerson, everything, loginOperator } from './people.ts';
import { offerModel, quickModel, quickUpstream } from './quick-upstream.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

const callers = 4;

test(
  'the next release rolls forward, back and forward again beside this one under load: no request fails, every answer is charged once, erasures are certified and the log verifies',
  { timeout: 1_800_000 },
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'candor-releases-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const [ownMain, nextMain] = await bundles(root);
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
    const own = await createServerProcess({ name: 'this release', main: ownMain, environment });
    const next = await createServerProcess({ name: 'the next release', main: nextMain, environment });
    onTestFinished(async () => void (await Promise.all([own.stop(), next.stop()])));

    await own.start();
    const operator = await loginOperator(own);
    const upstream = await quickUpstream();
    onTestFinished(() => upstream.close());
    await offerModel(operator, upstream, quickModel, 1_000, 1);
    const person = await aPersonWithKey(own, operator, 1_000_000_000);
    const alive = [own];
    const load = startLoad(alive, person);
    const erasures: string[] = [];
    const more = async (what: string) => {
      const before = load.answered.length;
      await person.client.until(`load: ${what}`, async () => load.answered.length > before + callers);
    };
    await more('this release alone');
    erasures.push(await erase(own));

    await next.start();
    alive.push(next);
    await more('both');
    erasures.push(await erase(next));
    // This release restarts beside the newer one: drained first, as behind any balancer.
    await drain(alive, own, load);
    await own.stop();
    await own.start();
    alive.push(own);
    await more('this release restarted');
    await drain(alive, next, load);
    await next.stop();
    await more('rolled back');
    const waiting = await erase(own);
    await drain(alive, own, load, next);
    expect(await stateOf(next, waiting)).not.toBe('failed');
    await own.stop();
    await more('forward again');
    load.stop();
    await load.ended;

    expect(load.failures).toEqual([]);
    const lastOperator = await loginOperator(next);
    for (const reference of [...erasures, waiting])
      await expect.poll(() => stateOf(next, reference), { timeout: 300_000 }).toBe('certified');
    const candor = join(nextMain, '..', 'candor.mjs');
    const settings = { env: { ...process.env, ...environment }, encoding: 'utf8' } as const;
    const verified = spawnSync(process.execPath, [candor, 'audit', 'verify'], settings);
    expect(verified.status, verified.stdout + verified.stderr).toBe(0);
    const listed = spawnSync(process.execPath, [candor, 'releases', 'list'], settings).stdout;
    expect(listed).toMatch(/no process lives/);
    expect(listed).toMatch(/a process lives/);

    // And once more beside the newer release: there the person has logged in.
    await own.start();
    const events = await everything<{ id: string; requestId: string }>(
      person.client,
      '/api/billing/usage/events',
    );
    expectChargedOnce(events, load.answered);
    await expectBalancedBooks(lastOperator);
    process.stdout.write(`${load.answered.length} answers, all charged once\n${listed}`);
  },
);

/** Bundles of this release and of the next one. */
async function bundles(root: string): Promise<[string, string]> {
  const mains: string[] = [];
  for (const name of ['own', 'next']) {
    const folder = join(root, name);
    copyRelease(folder);
    if (name === 'next') addNextRelease(folder);
    await bundleServer(folder, join(folder, 'dist', 'server'));
    mains.push(join(folder, 'dist', 'server', 'main.mjs'));
  }
  return [mains[0] ?? '', mains[1] ?? ''];
}

interface Load {
  /** Ids of requests that were answered. */
  readonly answered: string[];
  readonly failures: string[];
  /** Requests under way by process. */
  readonly open: Map<string, number>;
  readonly ended: Promise<unknown>;
  stop(): void;
}

/** Calls the model at whatever processes take requests, until it is stopped. */
function startLoad(alive: readonly ServerProcess[], person: E2ePerson): Load {
  const answered: string[] = [];
  const failures: string[] = [];
  const open = new Map<string, number>();
  const over = new AbortController();
  const call = async (turn: number) => {
    const process = alive[turn % alive.length];
    if (process === undefined) return;
    open.set(process.url, (open.get(process.url) ?? 0) + 1);
    const isGateway = turn % 3 !== 0;
    try {
      const answer = isGateway
        ? await callModel(process.url, person, quickModel)
        : await fetch(`${process.url}/api/catalog/models`);
      const text = await answer.text();
      if (answer.status !== 200) failures.push(`${answer.status} ${text}`);
      else if (isGateway) answered.push(answer.headers.get('x-request-id') ?? '');
    } catch (error) {
      failures.push(String(error));
    }
    open.set(process.url, (open.get(process.url) ?? 0) - 1);
  };
  const ended = Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let turn = caller; !over.signal.aborted; turn += 1) await call(turn);
    }),
  );
  return { answered, failures, open, ended, stop: () => over.abort() };
}

/** Takes a process out, puts another in, and waits until nothing of the first is under way. */
async function drain(
  alive: ServerProcess[],
  out: ServerProcess,
  load: Load,
  ...added: ServerProcess[]
): Promise<void> {
  if (added.length > 0) {
    for (const process of added) await process.start();
    alive.push(...added);
  }
  alive.splice(alive.indexOf(out), 1);
  await expect.poll(() => load.open.get(out.url) ?? 0, { timeout: 60_000 }).toBe(0);
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
