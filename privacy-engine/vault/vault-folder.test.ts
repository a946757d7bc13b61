import { chmod, cp, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { DurableFiles, lookAt } from './durable-files.ts';
import { openLocalVault } from './open-vault.ts';
import { newLocalWorld, removeFolders, type VaultWorld } from './testing/vault-world.ts';

vi.setConfig({ testTimeout: 30_000 });

afterAll(removeFolders);

async function newWorld(): Promise<VaultWorld> {
  const world = await newLocalWorld();
  onTestFinished(() => world.closeAll());
  return world;
}

test('everything in the folder is for its owner alone', async () => {
  const world = await newWorld();
  const vault = await world.open();
  await vault.dek('user_1', 'core');
  await vault.destroy('user_2', 'all');
  await vault.rotateEpoch();
  const modes = new Set<string>();
  for (const entry of await readdir(world.folder, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    modes.add(`${entry.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`);
  }
  expect([...modes].sort()).toEqual(['file 600', 'folder 700']);
  expect((await stat(world.folder)).mode & 0o777).toBe(0o700);
});

test('a folder that others can enter is refused, by name and with the remedy', async () => {
  const world = await newWorld();
  await world.open();
  await chmod(world.folder, 0o750);
  await expect(world.open()).rejects.toThrow(
    `${world.folder} has mode 750, so others can reach keys: chmod 700`,
  );
  await chmod(world.folder, 0o700);
  await chmod(join(world.folder, 'epochs'), 0o701);
  await expect(world.open()).rejects.toMatchObject({ code: 'too-open' });
});

test('a key file that others can read is refused', async () => {
  const world = await newWorld();
  const { keyId } = await (await world.open()).dek('user_1', 'core');
  const [path = ''] = await world.wrappedCopies(keyId);
  await chmod(path, 0o640);
  await expect((await world.open()).dek('user_1', 'core')).rejects.toMatchObject({ code: 'too-open' });
  await chmod(path, 0o600);
  await chmod(join(world.folder, 'epochs', '00000001', 'kek'), 0o604);
  await expect(world.open()).rejects.toMatchObject({ code: 'too-open' });
});

test('a link in the place of the folder is refused', async () => {
  const world = await newWorld();
  await world.open();
  const link = join(dirname(world.folder), 'link');
  await symlink(world.folder, link);
  await expect(openLocalVault({ folder: link })).rejects.toMatchObject({ code: 'too-open' });
});

test('a vault that has lost its name key or its key-encryption key is refused instead of beginning anew', async () => {
  const world = await newWorld();
  await (await world.open()).dek('user_1', 'core');
  const copy = await world.fork();
  onTestFinished(() => copy.closeAll());
  await rm(join(world.folder, 'epochs'), { recursive: true });
  await expect(world.open()).rejects.toThrow('no key-encryption key');
  await rm(join(copy.folder, 'keys'), { recursive: true });
  await expect(copy.open()).rejects.toThrow('lost the key that names its slots');
  await mkdir(join(copy.folder, 'keys'), { mode: 0o700, recursive: true });
  await expect(copy.open()).rejects.toThrow('lost the key that names its slots');
});

test('two vaults mixed together are refused', async () => {
  const [one, two] = [await newWorld(), await newWorld()];
  await one.open();
  await two.open();
  await rm(join(one.folder, 'keys'), { recursive: true });
  await cp(join(two.folder, 'keys'), join(one.folder, 'keys'), { recursive: true });
  await expect(one.open()).rejects.toMatchObject({ code: 'corrupt' });
});

test('moving a folder away never moves the tombstone that has taken its place', async () => {
  const world = await newWorld();
  const vault = await world.open();
  const { keyId } = await vault.dek('user_1', 'core');
  const slot = dirname((await world.wrappedCopies(keyId))[0] ?? '');
  await vault.destroy('user_1', 'core');
  expect(lookAt(slot)).toBe('file');
  const files = new DurableFiles();
  expect(await files.move(`${slot}/`, join(world.folder, 'graveyard', basename(slot)))).toBe('gone');
  expect(lookAt(slot)).toBe('file');
});
