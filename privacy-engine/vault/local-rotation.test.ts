import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { fingerprint, removeFolders, type VaultWorld } from './testing/vault-world.ts';
import { localWorldOfTest } from './testing/world-of-test.ts';

vi.setConfig({ testTimeout: 30_000 });

afterAll(removeFolders);

const epochOf = (world: VaultWorld, epoch: number) =>
  join(world.folder, 'epochs', String(epoch).padStart(8, '0'));

test('a rotation wraps every key anew, in more batches than one, and leaves of the old epoch its mark alone', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  const subjects = Array.from({ length: 66 }, (_, at) => `user_${at}`);
  const keys = await Promise.all(
    subjects.map(async (subject) => fingerprint(await vault.dek(subject, 'core'))),
  );
  expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
  expect(await readdir(epochOf(world, 1))).toEqual(['fenced']);
  expect((await readdir(epochOf(world, 2))).toSorted()).toEqual(['kek', 'staging']);
  expect(await readdir(join(epochOf(world, 2), 'staging'))).toEqual([]);
  const reopened = await world.open();
  const found = await Promise.all(subjects.map((subject) => reopened.find(subject, 'core')));
  expect(found.map((one) => one.state === 'live' && fingerprint(one.key))).toEqual(keys);
  const proof = await reopened.destroy('user_65', 'core');
  expect(proof.keys).toMatchObject([{ version: 1, epoch: 2 }]);
});

test('every version of a key outlives a rotation, and what was destroyed stays so', async () => {
  const world = await localWorldOfTest();
  const options = { sealLimit: { valuesPerKey: 4, valuesPerBlock: 2 } };
  const vault = await world.open(options);
  const versions = [];
  for (let call = 0; call < 3; call += 1) versions.push(fingerprint(await vault.dek('user_1', 'core', 4)));
  await vault.destroy('user_2', 'all');
  await vault.rotateEpoch();
  const reopened = await world.open(options);
  for (const [index, expected] of versions.entries()) {
    const found = await reopened.find('user_1', 'core', index + 1);
    expect(found.state === 'live' && fingerprint(found.key)).toBe(expected);
  }
  expect(await reopened.find('user_1', 'core')).toMatchObject({ state: 'live', key: { version: 3 } });
  await expect(reopened.dek('user_2', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
});

test('a rotation that was interrupted is finished by the next, and not begun anew', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  const key = await vault.dek('user_1', 'core');
  const [path = ''] = await world.wrappedCopies(key.keyId);
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.replace(/"wrapped":"...../, '"wrapped":"AAAAA'));
  await expect(vault.rotateEpoch()).rejects.toMatchObject({ code: 'corrupt' });
  expect(await vault.epoch()).toMatchObject({ current: 2, draining: [1] });
  await writeFile(path, whole);
  expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
  expect(await vault.rotateEpoch()).toMatchObject({ current: 3, draining: [] });
});

test('an epoch begins when the one before was closed, the first one with the vault', async () => {
  const world = await localWorldOfTest();
  const before = Date.now() - 1_000;
  const vault = await world.open();
  const { startedAt } = await vault.epoch();
  expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
  const later = await vault.rotateEpoch();
  expect(Date.parse(later.startedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
  expect(Date.parse(later.startedAt)).toBeLessThanOrEqual(Date.now() + 1_000);
});

test('a destruction that was announced before a crash is finished when the vault is opened next', async () => {
  const world = await localWorldOfTest();
  const key = await (await world.open()).dek('user_1', 'core');
  const copy = await world.fork();
  onTestFinished(() => copy.closeAll());
  const vault = await copy.open();
  await vault.destroy('user_1', 'core');
  // As it stood in the middle: announced, and the key where it was.
  const [path = ''] = await world.wrappedCopies(key.keyId);
  const slot = path.split('/').at(-2) ?? '';
  const tombstone = join(copy.folder, 'keys', slot.slice(0, 2), slot);
  await cp(tombstone, join(copy.folder, 'destroying', slot));
  await rm(tombstone);
  await mkdir(tombstone, { mode: 0o700 });
  await cp(path, join(tombstone, 'v1'));
  expect(await copy.wrappedCopies(key.keyId)).toHaveLength(1);
  const reopened = await copy.open();
  expect(await copy.wrappedCopies(key.keyId)).toEqual([]);
  expect(await readdir(join(copy.folder, 'destroying'))).toEqual([]);
  expect(await readdir(join(copy.folder, 'graveyard'))).toEqual([]);
  await expect(reopened.dek('user_1', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
});
