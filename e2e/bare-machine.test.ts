import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../demo/use-server.ts';
import { familyOf } from './family-of.ts';

// A newcomer's machine: a fresh clone under a folder only its owner may enter, with a space in its name.
const root = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'candor home '));
const checkout = join(home, 'my candor');
const firstStartLimitMs = 120_000;
const secondStartLimitMs = 5_000;
let port = 0;

beforeAll(async () => {
  chmodSync(home, 0o700);
  const clone = spawnSync('git', ['clone', '--quiet', root, checkout], { encoding: 'utf8' });
  expect(clone.stderr).not.toContain('fatal');
  port = await freePort();
});
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGINT');
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<{ child: ChildProcess; healthyAfterMs: number; output: () => string }> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: checkout,
    env: { ...process.env, PORT: String(port), CANDOR_MODEL: 'generated' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  for (;;) {
    const isHealthy = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isHealthy) return { child, healthyAfterMs: performance.now() - startedAt, output: () => text };
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}

/** Ends npm, its scripts and the server without warning. The database is an orphan then, and goes on. */
async function killFamily(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const isDatabase = (pid: number) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cluster_name=candor');
  const family = familyOf(child.pid ?? 0).filter((pid) => !isDatabase(pid));
  for (const pid of family.toReversed()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended on its own when another of the family was gone.
    }
  }
  await exit;
}

function filesReadableByOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o044) !== 0);
}

test('npm start on a fresh clone is healthy in time, again in seconds, and after the parent was killed', async () => {
  const first = await start();
  expect(first.healthyAfterMs).toBeLessThan(firstStartLimitMs);
  expect(first.output()).toContain(`http://127.0.0.1:${port}`);
  const password = first.output().match(/operator\s+password\s*:?\s*(\S+)/i)?.[1];
  expect(password, 'the first start prints the credentials of the operator').toBeDefined();
  await end(first.child, 'SIGINT');

  const second = await start();
  expect(second.healthyAfterMs).toBeLessThan(secondStartLimitMs);
  expect(second.output(), 'they are printed once').not.toContain(password);
  await killFamily(second.child);

  const third = await start();
  const login = await fetch(`http://127.0.0.1:${port}/api/identity/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-candor-csrf': '1' },
    body: JSON.stringify({ method: 'password', login: 'operator', password }),
  });
  expect(login.status).toBe(200);
  await end(third.child, 'SIGINT');

  const dataDir = join(checkout, '.candor');
  expect(filesReadableByOthers(join(dataDir, 'secrets'))).toEqual([]);
  const readable = filesReadableByOthers(dataDir).filter((path) =>
    readFileSync(path).includes(password ?? ''),
  );
  expect(readable, 'no password on disk readable by others').toEqual([]);
  process.stdout.write(
    `first start ${Math.round(first.healthyAfterMs)} ms, second ${Math.round(second.healthyAfterMs)} ms, after kill ${Math.round(third.healthyAfterMs)} ms\n`,
  );
}, 300_000);
