import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the main job from sign-up to bill runs as one command and every figure agrees', () => {
  const run = spawnSync('npm', ['run', 'demo'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CANDOR_URL: 'http://127.0.0.1:9', CANDOR_MODEL: 'generated' },
  });
  expect(run.stdout + run.stderr).toContain('every figure agrees');
  expect(run.status).toBe(0);
});
