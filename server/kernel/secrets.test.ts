import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DamagedSecretError, readSecret } from './secrets.ts';

test('processes that start at once on an empty folder all get the one secret that stays', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-secrets-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const got = await Promise.all(
    Array.from({ length: 20 }, (_, process) =>
      readSecret(dataDir, 'signing-key', () => `made by process ${process}`),
    ),
  );
  const kept = await readSecret(dataDir, 'signing-key', () => 'another secret, made late');
  expect(new Set(got)).toEqual(new Set([kept]));
  expect(await readdir(join(dataDir, 'secrets'))).toEqual(['signing-key']);
});

test('a secret that was cut off is no key: its file is named, what is left of it is not', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-secrets-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  await mkdir(join(dataDir, 'secrets'));
  for (const left of ['', '\n', 'garbage']) {
    await writeFile(join(dataDir, 'secrets', 'keyed-hash'), left);
    const failure: unknown = await readSecret(dataDir, 'keyed-hash', () => 'a new secret, made late').catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(DamagedSecretError);
    expect(String(failure)).toContain(join(dataDir, 'secrets', 'keyed-hash'));
    expect(String(failure)).not.toContain('garbage');
  }
});
