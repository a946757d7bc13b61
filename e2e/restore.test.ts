import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '../demo/client.ts';
import { freePort, type OwnServer, startServer } from '../demo/use-server.ts';
import { aUsername } from './people.ts';

// What an operator types from the guide: a backup of the data folder, and going back to it.
const root = mkdtempSync(join(tmpdir(), 'candor-restore-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const dataDir = join(root, 'data');
const backup = join(root, 'backup.tar');
const repository = resolve(import.meta.dirname, '..');
const environment = { CANDOR_MODEL: 'none' };
// One address, so that a browser stays logged in.
const port = await freePort();
const operatorPassword = randomBytes(12).toString('base64url');

async function start(): Promise<OwnServer> {
  const server = await startServer({ port, dataDir, operatorPassword, environment });
  onTestFinished(() => server.stop());
  return server;
}

interface Outcome {
  readonly code: number;
  readonly out: string;
}

function run(command: string, ...args: string[]): Promise<Outcome> {
  const options = { cwd: repository, env: { ...process.env, ...environment, CANDOR_DATA: dataDir } };
  return new Promise((done) => {
    execFile(command, args, options, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out: out + err });
    });
  });
}

const candor = (...args: string[]) => run(process.execPath, 'scripts/candor.mjs', ...args);

/** Everything that `npm start` says until it has said `text`. */
async function startUntilSaid(text: string): Promise<void> {
  const env = { ...process.env, ...environment, CANDOR_DATA: dataDir, PORT: String(port) };
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: repository, env });
  const ended = new Promise((done) => child.once('exit', done));
  let said = '';
  await new Promise<void>((heard, failed) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) heard();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => failed(new Error(`ended without saying "${text}": ${said}`)));
  });
  child.kill('SIGINT');
  await ended;
}

interface Person {
  readonly client: Client;
  readonly password: string;
}

async function register(server: OwnServer): Promise<Person> {
  const client = createClient(server.url);
  const username = aUsername();
  const password = `correct horse ${username}`;
  const { version } = await client.call<{ version: string }>('GET', '/api/identity/policy');
  const email = `${username}@example.com`;
  const account = { username, email, password, policyVersion: version };
  await client.call('POST', '/api/identity/register', { method: 'password', ...account });
  return { client, password };
}

interface Status {
  readonly state: string;
  readonly createdAt: string;
  readonly certifiedAt: string | null;
}

function statusOf(server: OwnServer, reference: string): Promise<Status> {
  return createClient(server.url).call<Status>('POST', '/api/privacy/erasure/status', { reference });
}

async function certificateOf(server: OwnServer, reference: string): Promise<string> {
  const ask = createClient(server.url).call<{ certificate: string }>;
  return (await ask('POST', '/api/privacy/erasure/certificate', { reference })).certificate;
}

/** @returns the reference, once the erasure is certified. */
async function erase(server: OwnServer, { client, password }: Person): Promise<string> {
  const { promiseHash } = await client.call<{ promiseHash: string }>('POST', '/api/privacy/erasure/preview');
  const proof = { password };
  const ask = client.call<{ reference: string }>;
  const { reference } = await ask('POST', '/api/privacy/erasure/confirm', { proof, promiseHash });
  await client.until(
    'the certificate',
    async () => (await statusOf(server, reference)).state === 'certified',
  );
  return reference;
}

async function signedSize(server: OwnServer): Promise<number> {
  const head = createClient(server.url).call<{ size: number }>('GET', '/api/audit/log/head');
  return head.then(
    ({ size }) => size,
    () => 0,
  );
}

/** A server signs when it starts. */
async function signAll(): Promise<void> {
  const server = await start();
  const before = await signedSize(server);
  await createClient(server.url).until(
    'a signature',
    async () => (await signedSize(server)) > before || before > 0,
  );
  await server.stop();
}

test('POOL-sec-5 going back to a backup that takes the anchor back too: the cut is named until it is accepted and told ever after, and the reference of an erased person still opens their certificate', async () => {
  let server = await start();
  const early = await register(server);
  await server.stop();
  // The anchor is in it: an operator who excludes the vault alone must not lose the truth.
  expect(await run('tar', '--exclude=./vault', '-C', dataDir, '-cpf', backup, '.')).toMatchObject({
    code: 0,
  });

  server = await start();
  const late = await register(server);
  const references = [await erase(server, early), await erase(server, late)];
  const certificates = await Promise.all(references.map((reference) => certificateOf(server, reference)));
  await server.stop();
  await signAll();

  for (const name of readdirSync(dataDir))
    if (name !== 'vault') rmSync(join(dataDir, name), { recursive: true });
  expect(await run('tar', '-C', dataDir, '-xpf', backup)).toMatchObject({ code: 0 });
  await startUntilSaid('The audit log was cut off');
  expect(await candor('audit', 'verify')).toEqual({
    code: 1,
    out: expect.stringMatching(/is missing.*the log was cut off[^]*The audit log is NOT whole/),
  });
  const status = await candor('restore', 'status');
  expect(status).toEqual({ code: 1, out: expect.stringContaining('The database went back in time') });
  const [, from, to] = /(\d+) entries were signed, and this database ends after (\d+)/.exec(status.out) ?? [];
  expect(Number(from)).toBeGreaterThan(Number(to));

  const accepted = await candor('restore', 'accept');
  expect(accepted).toEqual({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`cut from ${from} entries to ${to};[^]*1 persons.*erased again[^]*2 erasures`),
    ),
  });
  const told = {
    code: 0,
    out: expect.stringMatching(
      new RegExp(`CUT: ${from} leaves were signed.*left ${to} of them; the operator accepted that on 20`),
    ),
  };
  const verified = await candor('audit', 'verify');
  expect(verified).toEqual(told);
  expect(verified.out).not.toContain('The audit log is whole');
  expect(await candor('restore', 'status')).toMatchObject({ code: 0 });

  server = await start();
  for (const [index, reference] of references.entries()) {
    expect(await statusOf(server, reference)).toMatchObject({
      state: 'certified',
      createdAt: expect.stringMatching(/-01T00:00:00.000Z$/),
      certifiedAt: expect.stringMatching(/-01T00:00:00.000Z$/),
    });
    expect(await certificateOf(server, reference)).toBe(certificates[index]);
  }
  for (const { client } of [early, late])
    await expect(client.call('GET', '/api/identity/me')).rejects.toThrow('answered 401');
  // The log goes on and is signed again, and every anchor has been informed of the cut.
  await early.client.until('a new signature', async () => (await signedSize(server)) > Number(to));
  await server.stop();
  expect(await candor('audit', 'verify')).toEqual(told);
  expect(await candor('audit', 'verify', '--anchor', join(dataDir, 'audit-anchor'))).toEqual(told);
}, 400_000);
