import {
  chmod,
  cp,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { DurableFiles, listFolder, lookAt, readOwnFile } from './durable-files.ts';
import { openLocalVault } from './open-vault.ts';
import { removeFolders } from './testing/vault-world.ts';
import { localWorldOfTest } from './testing/world-of-test.ts';

vi.setConfig({ testTimeout: 30_000 });

afterAll(removeFolders);

test('everything in the folder is for its owner alone', async () => {
  const world = await localWorldOfTest();
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
  const world = await localWorldOfTest();
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
  const world = await localWorldOfTest();
  const { keyId } = await (await world.open()).dek('user_1', 'core');
  const [path = ''] = await world.wrappedCopies(keyId);
  await chmod(path, 0o640);
  await expect((await world.open()).dek('user_1', 'core')).rejects.toMatchObject({ code: 'too-open' });
  await chmod(path, 0o600);
  await chmod(join(world.folder, 'epochs', '00000001', 'kek'), 0o604);
  await expect(world.open()).rejects.toMatchObject({ code: 'too-open' });
});

test('a link in the place of the folder is refused', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const link = join(dirname(world.folder), 'link');
  await symlink(world.folder, link);
  await expect(openLocalVault({ folder: link })).rejects.toMatchObject({ code: 'too-open' });
});

test('a vault that has lost its name key or its key-encryption key is refused instead of beginning anew', async () => {
  const world = await localWorldOfTest();
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

test('a key that was damaged, cut short or is of an epoch that was never there does not open, and says so', async () => {
  const world = await localWorldOfTest();
  const { keyId } = await (await world.open()).dek('user_1', 'core');
  const [path = ''] = await world.wrappedCopies(keyId);
  const whole = JSON.parse(await readFile(path, 'utf8')) as { wrapped: string };
  const open = async (changes: object) => {
    await writeFile(path, JSON.stringify({ ...whole, ...changes }));
    return (await world.open()).find('user_1', 'core');
  };
  const damaged = {
    code: 'corrupt',
    message: expect.stringContaining('was damaged or wrapped for another') as string,
  };
  await expect(open({ wrapped: whole.wrapped.slice(4) })).rejects.toMatchObject(damaged);
  await expect(open({ wrapped: `${whole.wrapped}AAAA` })).rejects.toMatchObject(damaged);
  await expect(open({ version: 2 })).rejects.toMatchObject(damaged);
  await expect(open({ keyId: 'key_2' })).rejects.toMatchObject(damaged);
  await expect(open({ epoch: 99 })).rejects.toThrow('There is no key of epoch 99');
  await expect(open({})).resolves.toMatchObject({ state: 'live' });
});

test('a key-encryption key that was cut short is no key, and the mark of the folder must be of this program', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const mark = join(world.folder, 'vault.json');
  const whole = JSON.parse(await readFile(mark, 'utf8')) as object;
  for (const changes of [{ format: 2 }, { driver: 5 }, { nameKeyId: null }]) {
    await writeFile(mark, JSON.stringify({ ...whole, ...changes }));
    await expect(world.open()).rejects.toThrow('is of another version of this program');
  }
  await writeFile(mark, JSON.stringify({ ...whole, nameKeyId: 'key_other' }));
  await expect(world.open()).rejects.toThrow('lost the key that names its slots');
  await writeFile(mark, JSON.stringify(whole));
  await truncate(join(world.folder, 'epochs', '00000001', 'kek'), 31);
  await expect(world.open()).rejects.toThrow('kek is not a key');
});

test('what cannot be read for another reason than that it is gone is an error, and not taken for gone', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const loop = join(world.folder, 'keys', 'loop');
  await symlink(loop, loop);
  for (const work of [
    () => readOwnFile(loop),
    () => listFolder(loop),
    () => new DurableFiles().append(loop, Buffer.of(0)),
  ])
    await expect(work()).rejects.toMatchObject({ code: 'ELOOP' });
  expect(() => lookAt(loop)).toThrow('ELOOP');
});

test('a file with a second name is unlinked, and what the other name holds stays', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const files = new DurableFiles();
  const [one, other] = ['one', 'other'].map((name) => join(world.folder, 'scratch', name)) as [
    string,
    string,
  ];
  await files.writeNew(one, 'a living key');
  await files.link(one, other);
  await files.shredFile(one);
  expect(await readFile(other, 'utf8')).toBe('a living key');
  const open = await openFile(other, 'r');
  await files.shredFile(other);
  expect((await open.readFile()).equals(Buffer.alloc(12))).toBe(true);
  await open.close();
  expect(await readdir(join(world.folder, 'scratch'))).toEqual([]);
});

test('changes of files say whether they were done, forestalled or have nothing to change', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const files = new DurableFiles();
  const at = (name: string) => join(world.folder, 'scratch', name);
  expect(await files.writeNew(at('a'), 'a')).toBe('done');
  expect(await files.writeNew(at('a'), 'b')).toBe('occupied');
  expect(await files.writeNew(at('none/a'), 'b')).toBe('gone');
  expect(await readFile(at('a'), 'utf8')).toBe('a');
  expect([
    await files.append(at('c'), Buffer.alloc(3)),
    await files.append(at('c'), Buffer.alloc(2)),
  ]).toEqual([3, 5]);
  expect(await files.append(at('none/c'), Buffer.alloc(1))).toBe('gone');
  expect(await files.append(at('a/c'), Buffer.alloc(1))).toBe('gone');
  expect([await files.makeFolder(at('d')), await files.makeFolder(at('d'))]).toEqual(['done', 'occupied']);
  await files.writeNew(at('d/e'), '');
  expect(await files.removeFolder(at('d'))).toBe('occupied');
  await files.makeFolder(at('d/f'));
  await files.writeNew(at('d/f/g'), 'secret');
  await files.shredFolder(at('d'));
  await files.shredFolder(at('d'));
  expect(await files.removeFolder(at('d'))).toBe('gone');
  expect(await listFolder(at('d'))).toEqual([]);
  expect([await readOwnFile(at('d')), await readOwnFile(at('a/b'))]).toEqual([undefined, undefined]);
  expect([lookAt(at('a')), lookAt(at('d')), lookAt(at('.'))]).toEqual([
    'file',
    'nothing',
    { folder: ['a', 'c'] },
  ]);
});

test('two vaults mixed together are refused', async () => {
  const [one, two] = [await localWorldOfTest(), await localWorldOfTest()];
  await one.open();
  await two.open();
  await rm(join(one.folder, 'keys'), { recursive: true });
  await cp(join(two.folder, 'keys'), join(one.folder, 'keys'), { recursive: true });
  await expect(one.open()).rejects.toMatchObject({ code: 'corrupt' });
});

test('moving a folder away never moves the tombstone that has taken its place', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  const { keyId } = await vault.dek('user_1', 'core');
  const slot = dirname((await world.wrappedCopies(keyId))[0] ?? '');
  await vault.destroy('user_1', 'core');
  expect(lookAt(slot)).toBe('file');
  const files = new DurableFiles();
  expect(await files.move(`${slot}/`, join(world.folder, 'graveyard', basename(slot)))).toBe('gone');
  expect(lookAt(slot)).toBe('file');
});
