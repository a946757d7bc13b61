import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnServer, startServer } from '../demo/use-server.ts';
import { aPersonWithKey, loginOperator, servedModel } from './people.ts';
import { preparePython } from './python-environment.ts';

const folder = fileURLToPath(new URL('./python/', import.meta.url));
let python = '';
let server: OwnServer;

beforeAll(async () => {
  python = preparePython();
  server = await startServer({ environment: { CANDOR_MODEL: 'generated' } });
});
afterAll(() => server.stop());

test('the official openai package for Python works unchanged, errors included', async () => {
  const operator = await loginOperator(server);
  const person = await aPersonWithKey(server, operator, 5_000_000);
  const poor = await aPersonWithKey(server, operator, 0);
  const model = await servedModel(server, person);
  const run = spawnSync(
    python,
    [join(folder, 'check_openai.py'), `${server.url}/v1`, person.secret, poor.secret, model],
    { encoding: 'utf8' },
  );
  expect(run.stdout + run.stderr).not.toContain('broken');
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.match(/^kept/gm)).toHaveLength(11);
});
