import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { say, step } from './transcript.ts';

export interface DemoServer {
  readonly url: string;
  readonly operator: { login: string; password: string };
  stop(): Promise<void>;
}

export interface OwnServer extends DemoServer {
  readonly dataDir: string;
  /** The process of `npm start`, for tests that end it without warning. */
  readonly child: ChildProcess;
}

export interface OwnServerOptions {
  readonly port?: number;
  /** An existing data folder, which `stop` then leaves alone. */
  readonly dataDir?: string;
  readonly operatorPassword?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const startPatienceMs = 180_000;

/**
 * The server that already runs at CANDOR_URL (default http://127.0.0.1:PORT) when CANDOR_OPERATOR_PASSWORD opens it,
 * because the demo reads a code from the outbox; else a fresh one on a free port with its own data folder.
 */
export async function useServer(): Promise<DemoServer> {
  const url = (process.env['CANDOR_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? '8787'}`).replace(
    /\/$/,
    '',
  );
  const password = process.env['CANDOR_OPERATOR_PASSWORD'];
  if (password !== undefined && (await isHealthy(url))) {
    step(`Using the server at ${url}`);
    const login = process.env['CANDOR_OPERATOR_USERNAME'] ?? 'operator';
    return { url, operator: { login, password }, stop: async () => {} };
  }
  return startServer();
}

/** Starts `npm start` on a free port and waits until it is healthy. */
export async function startServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  step(`Starting a server at ${url}`);
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'candor-demo-')));
  const operator = {
    login: 'operator',
    password: options.operatorPassword ?? randomBytes(12).toString('base64url'),
  };
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      CANDOR_DATA: dataDir,
      CANDOR_OPERATOR_PASSWORD: operator.password,
      CANDOR_LOG_LEVEL: 'error',
      ...options.environment,
    },
  });
  const deadline = Date.now() + startPatienceMs;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error('the server did not become healthy');
    await new Promise((done) => setTimeout(done, 250));
  }
  say('healthy');
  return {
    url,
    operator,
    dataDir,
    child,
    async stop() {
      await ended(child);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((done) => child.once('exit', done));
  child.kill('SIGINT');
  await exit;
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
