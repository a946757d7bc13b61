import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnServer, startServer } from '../demo/use-server.ts';
import { aPersonWithKey, loginOperator } from './people.ts';

const folder = fileURLToPath(new URL('./python/', import.meta.url));
// Kept between runs: installing the package is slow, and its version is pinned.
const environment = fileURLToPath(new URL('../node_modules/.candor-python/', import.meta.url));
const python = join(environment, 'bin', 'python');
let server: OwnServer;

beforeAll(async () => {
  if (!existsSync(python)) expect(spawnSync('python3', ['-m', 'venv', environment], { encoding: 'utf8' }).stderr).toBe('');
  const install = spawnSync(python, ['-m', 'pip', 'install', '--quiet', 'openai==3.54.0'], { encoding: 'utf8' });
  expect(install.status, install.stderr).toBe(0);
  server = await startServer({ environment: { CANDOR_MODEL: 'generated' } });
});
afterAll(() => server.stop());

test('the official openai package for Python works unchanged, errors included', async () => {
  const operator = await loginOperator(server);
  const person = await aPersonWithKey(server, operator, 5_000_000);
  const poor = await aPersonWithKey(server, operator, 0);
  const { items } = await person.client.call<{ items: { id: string; kind: string }[] }>('GET', '/api/catalog/models');
  const model = items.find(({ kind }) => kind === 'chat')?.id ?? '';
  const run = spawnSync(python, [join(folder, 'check_openai.py'), `${server.url}/v1`, person.secret, poor.secret, model], { encoding: 'utf8' });
  expect(run.stdout + run.stderr).not.toContain('broken');
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.match(/^kept/gm)).toHaveLength(9);
});
