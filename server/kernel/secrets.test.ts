import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSecret } from './secrets.ts';

test('processes that start at once on an empty folder all get the one secret that stays', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-secrets-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const got = await Promise.all(
    Array.from({ length: 20 }, (_, process) =>
      readSecret(dataDir, 'signing-key', () => `of process ${process}`),
    ),
  );
  const kept = await readSecret(dataDir, 'signing-key', () => 'another');
  expect(new Set(got)).toEqual(new Set([kept]));
  expect(await readdir(join(dataDir, 'secrets'))).toEqual(['signing-key']);
});
