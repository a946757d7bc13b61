import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '../demo/client.ts';
import { type DemoServer, freePort } from '../demo/use-server.ts';
import { bundleServer } from '../scripts/lib/bundle-server.mjs';
import { keepPostgres } from '../server/embedded-postgres/keep-postgres.ts';
import { createLog } from '../server/kernel/log.ts';
import { addNextRelease, copyRelease } from './derive-release.ts';
import { aPersonWithKey, aUsername, type E2ePerson, everything, loginOperator } from './people.ts';

const model = 'quick';
const callers = 4;
const startPatienceMs = 240_000;

interface Process extends DemoServer {
  start(): Promise<void>;
}

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
    const own = await releaseProcess(ownMain, environment);
    const next = await releaseProcess(nextMain, environment);
    onTestFinished(async () => void (await Promise.all([own.stop(), next.stop()])));

    await own.start();
    const operator = await loginOperator(own);
    await offerModel(operator, await quickUpstream());
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
    const charges = await chargesOf(person);
    expect(load.answered.filter((id) => charges.get(id) !== 1)).toEqual([]);
    expect([...charges.values()].filter((times) => times !== 1)).toEqual([]);
    expect(await lastOperator.call('GET', '/api/wallet/ledger-check')).toMatchObject({
      sumMicros: 0,
      mismatches: [],
    });
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

async function releaseProcess(main: string, environment: Record<string, string>): Promise<Process> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  return {
    url,
    operator: { login: 'operator', password: environment['CANDOR_OPERATOR_PASSWORD'] ?? '' },
    async start() {
      const started = spawn(process.execPath, [main], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...environment, PORT: String(port), CANDOR_PUBLIC_URL: url },
      });
      child = started;
      const deadline = performance.now() + startPatienceMs;
      while (!(await isReady(url))) {
        if (started.exitCode !== null) throw new Error(`${main} ended with code ${started.exitCode}`);
        if (performance.now() > deadline) throw new Error(`${main} did not become ready`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    async stop() {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
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
function startLoad(alive: readonly Process[], person: E2ePerson): Load {
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
        ? await callModel(process.url, person)
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
async function drain(alive: Process[], out: Process, load: Load, ...added: Process[]): Promise<void> {
  if (added.length > 0) {
    for (const process of added) await process.start();
    alive.push(...added);
  }
  alive.splice(alive.indexOf(out), 1);
  await expect.poll(() => load.open.get(out.url) ?? 0, { timeout: 60_000 }).toBe(0);
}

function callModel(url: string, person: E2ePerson): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }),
  });
}

/** Registers a person, who reads their data and is erased. @returns the reference. */
async function erase(server: Process): Promise<string> {
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

async function stateOf(server: Process, reference: string): Promise<string> {
  const { state } = await createClient(server.url).call<{ state: string }>(
    'POST',
    '/api/privacy/erasure/status',
    { reference },
  );
  return state;
}

/** How often each request is among the charges. */
async function chargesOf(person: E2ePerson): Promise<Map<string, number>> {
  const events = await everything<{ id: string; requestId: string }>(
    person.client,
    '/api/billing/usage/events',
  );
  const times = new Map<string, number>();
  for (const { requestId } of events) times.set(requestId, (times.get(requestId) ?? 0) + 1);
  return times;
}

async function offerModel(operator: Client, baseUrl: string): Promise<void> {
  await operator.call('POST', '/api/gateway/upstreams', {
    name: model,
    baseUrl,
    models: [{ modelId: model, upstreamModel: model, kind: 'chat', contextTokens: 4096 }],
  });
  await operator.call('POST', '/api/catalog/prices', {
    sku: model,
    prices: [
      { meter: 'gateway.input-tokens', micros: 1_000, perUnits: 1 },
      { meter: 'gateway.output-tokens', micros: 1_000, perUnits: 1 },
    ],
  });
}

/** A model server that answers at once, always the same. */
async function quickUpstream(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model,
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
        }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/v1`;
}
