import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { KeyVault } from './key-vault.ts';
import { removeFolders, type VaultWorld } from './testing/vault-world.ts';
import { localWorldOfTest } from './testing/world-of-test.ts';

vi.setConfig({ testTimeout: 30_000 });

afterAll(removeFolders);

/** Where the key of a person lies. */
async function folderOf(world: VaultWorld, vault: KeyVault, subject: string): Promise<string> {
  const { keyId } = await vault.dek(subject, 'core');
  const [path = ''] = await world.wrappedCopies(keyId);
  return dirname(path);
}

const stagingOf = (world: VaultWorld) => join(world.folder, 'epochs', '00000001', 'staging');

test('copies of a destroyed key that appear while it is destroyed are found and removed, those of others stay', async () => {
  const world = await localWorldOfTest();
  const isEmpty = async (place: string) => (await readdir(join(world.folder, place))).length === 0;
  const meanwhile: (() => Promise<void>)[] = [];
  const vault = await world.open({
    beforeStep: async (step) => {
      // What a destruction removes last is its announcement, after its draft and the key.
      if (step !== 'unlink' || !(await isEmpty('scratch')) || !(await isEmpty('graveyard'))) return;
      await meanwhile.pop()?.();
    },
  });
  const [mine, theirs] = [await folderOf(world, vault, 'user_1'), await folderOf(world, vault, 'user_2')];
  const places = [stagingOf(world), join(world.folder, 'graveyard')];
  meanwhile.push(async () => {
    for (const place of places)
      for (const slot of [mine, theirs]) {
        await mkdir(join(place, `${basename(slot)}.copy`), { mode: 0o700 });
        await writeFile(join(place, `${basename(slot)}.copy`, 'v1'), 'a copy', { mode: 0o600 });
      }
  });
  await vault.destroy('user_1', 'core');
  expect(meanwhile).toEqual([]);
  for (const place of places) expect(await readdir(place)).toEqual([`${basename(theirs)}.copy`]);
});

test('a destruction that is never the last to write is not certified', async () => {
  const world = await localWorldOfTest();
  const copies: string[] = [];
  const vault = await world.open({
    beforeStep: async (step) => {
      if (step !== 'sync folder') return;
      for (const copy of copies) await mkdir(copy, { recursive: true, mode: 0o700 });
    },
  });
  const slot = await folderOf(world, vault, 'user_1');
  copies.push(join(stagingOf(world), `${basename(slot)}.copy`));
  await expect(vault.destroy('user_1', 'core')).rejects.toMatchObject({ code: 'residue' });
});

test('a call without a number counts one value, and no version of a key leaves a copy behind', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open({ sealLimit: { valuesPerKey: 2, valuesPerBlock: 1 } });
  const versions = [];
  for (let call = 0; call < 5; call += 1) versions.push((await vault.dek('user_1', 'core')).version);
  expect(versions).toEqual([1, 1, 2, 2, 3]);
  expect(await readdir(stagingOf(world))).toEqual([]);
  const { keyId } = await vault.dek('user_1', 'core');
  expect(await world.wrappedCopies(keyId)).toHaveLength(1);
});

test('a place that has lost its key, or holds what is no key, is damaged and not made anew', async () => {
  const world = await localWorldOfTest();
  const slot = await folderOf(world, await world.open(), 'user_1');
  await writeFile(join(slot, 'v1'), '{"format":1,');
  await expect((await world.open()).find('user_1', 'core')).rejects.toMatchObject({
    code: 'corrupt',
    message: `${join(slot, 'v1')} is not a file this vault wrote`,
  });
  await rm(join(slot, 'v1'));
  await expect((await world.open()).dek('user_1', 'core')).rejects.toMatchObject({
    code: 'corrupt',
    message: `slot ${basename(slot)} holds no key`,
  });
});

test('an epoch begins at the instant at which the one before it was closed', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  await vault.rotateEpoch();
  await vault.rotateEpoch();
  const closed = (epoch: string) => join(world.folder, 'epochs', epoch, 'fenced');
  await utimes(closed('00000001'), 1, new Date('2026-11-01T00:00:00Z'));
  await utimes(closed('00000002'), 1, new Date('2026-11-08T00:00:00Z'));
  expect(await vault.epoch()).toMatchObject({ current: 3, startedAt: '2026-11-08T00:00:00.000Z' });
});
