import { chmod, chown, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { DurableFiles, readOwnFile, requireOwnFolder } from './durable-files.ts';
import { EpochFolders } from './epoch-folders.ts';
import { KeySlots } from './key-slots.ts';
import { LocalKeyring } from './local-keyring.ts';
import { rotateEpoch } from './rotate-epoch.ts';
import { fingerprint, removeFolders, type VaultWorld } from './testing/vault-world.ts';
import { localWorldOfTest } from './testing/world-of-test.ts';

vi.setConfig({ testTimeout: 30_000 });

afterAll(removeFolders);

/** A vault whose changes of the disk are noted, and at one of which something else happens first. */
async function watched(world: VaultWorld) {
  const steps: string[] = [];
  const meanwhile = new Map<string, () => Promise<unknown>>();
  const beforeStep = async (step: string) => {
    steps.push(step);
    const work = meanwhile.get(step);
    meanwhile.delete(step);
    await work?.();
  };
  const vault = await world.open({ beforeStep });
  const stepsOf = async (work: () => Promise<unknown>) => {
    steps.length = 0;
    await work();
    return [...steps];
  };
  return {
    vault,
    stepsOf,
    before: (step: string, work: () => Promise<unknown>) => meanwhile.set(step, work),
  };
}

const durable = ['sync folder', 'sync folder'];

test('a key and the names that lead to it are on the disk before it seals, and so is the count of what it seals', async () => {
  const { vault, stepsOf } = await watched(await localWorldOfTest());
  const steps = await stepsOf(() => vault.dek('user_1', 'core'));
  const written = ['write', 'flush', 'sync folder', 'move', ...durable];
  // The folders before it may be there or not.
  expect(steps.slice(steps.indexOf('write'))).toEqual([...written, 'append', ...durable]);
  expect(steps.slice(0, 2)).toEqual(['make folder', 'make folder']);
  expect(await stepsOf(() => vault.dek('user_1', 'core', 5))).toEqual([]);
});

test('a destruction is on the disk before it begins, and each of its parts before the next', async () => {
  const { vault, stepsOf } = await watched(await localWorldOfTest());
  await vault.dek('user_1', 'core');
  const announced = ['write', 'flush', 'link', 'sync folder', 'unlink'];
  const buried = ['make folder', 'move', 'link', 'sync folder', 'sync folder'];
  const shredded = ['shred', 'unlink', 'shred', 'unlink', 'remove folder', 'sync folder'];
  expect(await stepsOf(() => vault.destroy('user_1', 'core'))).toEqual([
    ...announced,
    ...buried,
    ...shredded,
    'unlink',
    'sync folder',
  ]);
});

test('a vault that is whole is opened without writing anything', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const steps: string[] = [];
  await world.open({ beforeStep: (step) => void steps.push(step) });
  expect(steps).toEqual([...Array.from({ length: 6 }, () => 'make folder'), 'sync folder']);
});

test('a vault leaves no file open', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  await vault.dek('user_1', 'core');
  await vault.destroy('user_1', 'all');
  await vault.rotateEpoch();
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => 'closed')),
  );
  expect(open.filter((path) => path.startsWith(world.folder))).toEqual([]);
});

test('what is no folder, is open to others or belongs to another user is refused with the reason', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const file = join(world.folder, 'vault.json');
  await expect(requireOwnFolder(file)).rejects.toThrow(`${file} must be a folder, not a link or a file`);
  await chmod(file, 0o604);
  await expect(readOwnFile(file)).rejects.toThrow('has mode 604, so others can reach keys: chmod 600');
  const foreign = process.getuid?.() === 0 ? join(world.folder, 'foreign') : '/root';
  if (process.getuid?.() === 0) {
    await mkdir(foreign, { mode: 0o700 });
    await chown(foreign, 12_345, 12_345);
  }
  await expect(requireOwnFolder(foreign)).rejects.toThrow(`${foreign} belongs to user`);
});

test('a vault of another driver, or one that has lost its names, is refused and not changed', async () => {
  const world = await localWorldOfTest();
  await world.open();
  const mark = join(world.folder, 'vault.json');
  const whole = await readFile(mark, 'utf8');
  await writeFile(mark, whole.replace('"local"', '"transit"'));
  await expect(world.open()).rejects.toThrow('is a vault of the transit driver, not of local');
  await writeFile(mark, whole);
  const keys = join(world.folder, 'keys');
  await rm(keys, { recursive: true });
  await expect(world.open()).rejects.toMatchObject({
    code: 'corrupt',
    message: `${world.folder} has lost the key that names its slots: restore it whole`,
  });
  expect(await readdir(keys)).toEqual([]);
});

test('a vault whose making was interrupted before its mark was written is finished', async () => {
  const world = await localWorldOfTest();
  const key = fingerprint(await (await world.open()).dek('user_1', 'core'));
  const mark = join(world.folder, 'vault.json');
  const whole = await readFile(mark, 'utf8');
  await rm(mark);
  expect(fingerprint(await (await world.open()).dek('user_1', 'core'))).toBe(key);
  expect(await readFile(mark, 'utf8')).toBe(whole);
  expect(await readdir(join(world.folder, 'scratch'))).toEqual([]);
});

test('a key that is destroyed while what it shall seal is counted seals nothing', async () => {
  const world = await localWorldOfTest();
  const other = await world.open();
  const { vault, before } = await watched(world);
  before('append', () => other.destroy('user_1', 'core'));
  await expect(vault.dek('user_1', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
});

test('a destruction finds the copy that another vault is about to put in place', async () => {
  const world = await localWorldOfTest();
  const other = await world.open();
  const { vault, before } = await watched(world);
  const staging = join(world.folder, 'epochs', '00000001', 'staging');
  const found: string[][] = [];
  before('move', async () => {
    found.push(await readdir(staging));
    await other.destroy('user_1', 'all');
    found.push(await readdir(staging));
  });
  await expect(vault.dek('user_1', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
  expect(found).toEqual([[expect.stringMatching(/^[0-9a-f]{64}\.[0-9a-f]{12}$/)], []]);
});

test('callers at once share one key, so that taking it back takes it from all', async () => {
  const world = await localWorldOfTest();
  await (await world.open()).dek('user_1', 'core');
  const vault = await world.open();
  const found = await Promise.all(Array.from({ length: 20 }, () => vault.find('user_1', 'core')));
  const keys = found.flatMap((one) => (one.state === 'live' ? [one.key] : []));
  expect([keys.length, new Set(keys).size]).toEqual([20, 1]);
});

test('a key leaves memory when its time is over, and a closed vault does nothing more', async () => {
  let now = Date.parse('2026-11-23T08:00:00Z');
  const world = await localWorldOfTest();
  const vault = await world.open({ now: () => new Date(now), cache: { maxAgeMs: 60_000 } });
  const key = await vault.dek('user_1', 'core');
  now += 60_000;
  const next = await vault.dek('user_1', 'core');
  expect(next).not.toBe(key);
  now += 10_000;
  await vault.dek('user_2', 'core');
  expect(() => key.use(() => undefined)).toThrow('no longer in memory');
  expect(next.use((material) => material.length)).toBe(32);
  vault.close();
  await expect(vault.rotateEpoch()).rejects.toMatchObject({ code: 'closed' });
  await expect(vault.find('user_1', 'core')).rejects.toMatchObject({ code: 'closed' });
});

test('a vault that is closed while it reads a key keeps none in memory', async () => {
  const world = await localWorldOfTest();
  let isClosing = false;
  const vault = await world.open({
    now: () => {
      if (isClosing) vault.close();
      return new Date('2026-11-23T08:00:00Z');
    },
  });
  await vault.dek('user_1', 'core');
  isClosing = true;
  await expect(vault.find('user_1', 'core')).rejects.toMatchObject({ code: 'closed' });
});

test('a rotation goes on until a whole pass finds nothing, whatever another process destroys meanwhile', async () => {
  const world = await localWorldOfTest();
  const vault = await world.open();
  // With the key of the names they fill a batch exactly.
  const subjects = Array.from({ length: 63 }, (_, at) => `user_${at}`);
  const keys = await Promise.all(
    subjects.map(async (subject) => fingerprint(await vault.dek(subject, 'core'))),
  );
  const files = new DurableFiles();
  let stages = 0;
  class Epochs extends EpochFolders {
    override async stage(epoch: number, slot: string): Promise<string | undefined> {
      stages += 1;
      if (stages === 1) await vault.destroy('user_0', 'core');
      return super.stage(epoch, slot);
    }
  }
  const epochs = new Epochs(world.folder, files);
  let rewraps = 0;
  class Keyring extends LocalKeyring {
    override async rewrap(entries: Parameters<LocalKeyring['rewrap']>[0]) {
      rewraps += 1;
      if (rewraps > 1) return super.rewrap(entries);
      await vault.destroy('user_1', 'core');
      throw new Error('it was destroyed meanwhile');
    }
  }
  const slots = new KeySlots(world.folder, files, epochs);
  await rotateEpoch({ slots, epochs, keyring: new Keyring(epochs, files) });
  expect(await readdir(join(world.folder, 'epochs', '00000001'))).toEqual(['fenced']);
  expect(await readdir(join(world.folder, 'epochs', '00000002', 'staging'))).toEqual([]);
  const reopened = await world.open();
  const found = await Promise.all(subjects.map((subject) => reopened.find(subject, 'core')));
  expect(found.slice(0, 2).map(({ state }) => state)).toEqual(['destroyed', 'destroyed']);
  expect(found.slice(2).map((one) => one.state === 'live' && fingerprint(one.key))).toEqual(keys.slice(2));
});
