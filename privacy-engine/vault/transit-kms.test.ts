import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { openTransitVault } from './open-vault.ts';
import { FakeKms } from './testing/fake-kms.ts';
import { freezeBefore, freezeWhen, noteSteps } from './testing/stops.ts';
import { fingerprint, newTransitWorld, openAt, removeFolders } from './testing/vault-world.ts';
import { TransitClient } from './transit-client.ts';

vi.setConfig({ testTimeout: 30_000 });

const kms = new FakeKms();
const address = await kms.start();
afterAll(async () => {
  await kms.stop();
  await removeFolders();
});

async function newWorld() {
  const world = await newTransitWorld(kms, address);
  onTestFinished(() => {
    world.closeAll();
    expect(kms.pendingFaults).toBe(0);
  });
  return { world, keyName: world.address.kms?.keyName ?? '' };
}

test('the key-encryption key never leaves the KMS: nothing is asked that could show it', async () => {
  const { world, keyName } = await newWorld();
  kms.requests.length = 0;
  const vault = await world.open();
  await vault.dek('user_1', 'core');
  await vault.rotateEpoch();
  await vault.destroy('user_1', 'all');
  const asked = new Set(kms.requests.map(({ method, path }) => `${method} ${path.replace(keyName, 'NAME')}`));
  expect([...asked].sort()).toEqual([
    'GET keys/NAME',
    'POST datakey/plaintext/NAME',
    'POST decrypt/NAME',
    'POST keys/NAME',
    'POST keys/NAME/config',
    'POST keys/NAME/rotate',
    'POST keys/NAME/trim',
    'POST rewrap/NAME',
  ]);
  expect(kms.versions(keyName)).toEqual([2]);
});

test('a key in use costs the KMS nothing, and a hundred first uses at once cost one data key', async () => {
  const { world } = await newWorld();
  const vault = await world.open();
  kms.requests.length = 0;
  await Promise.all(Array.from({ length: 100 }, () => vault.dek('user_1', 'core')));
  expect(kms.requests.map(({ path }) => path.split('/')[0])).toEqual(['datakey', 'decrypt']);
});

test.each([429, 500, 503, 'silence', 'lost answer'] as const)(
  'a KMS that fails with %s for a while is asked again',
  async (fault) => {
    const { world } = await newWorld();
    const vault = await world.open({ kmsTimeoutMs: 1_000 });
    kms.fail(fault, /datakey/, 2);
    kms.fail(fault, /decrypt/, 1);
    await expect(vault.dek('user_1', 'core')).resolves.toBeDefined();
  },
);

test('a KMS that stays away is reported as such, and nothing is left behind', async () => {
  const { world } = await newWorld();
  const vault = await world.open();
  kms.fail(503, /datakey/, 5);
  await expect(vault.dek('user_1', 'core')).rejects.toMatchObject({ code: 'kms-unavailable' });
  expect(await vault.find('user_1', 'core')).toEqual({ state: 'missing' });
  await expect(vault.dek('user_1', 'core')).resolves.toBeDefined();
});

test('waiting times grow and obey the server', async () => {
  const waitsMs: number[] = [];
  const client = new TransitClient({
    address,
    token: () => kms.token,
    sleep: async (durationMs) => void waitsMs.push(durationMs),
  });
  kms.fail(500, /keys\/none/, 4);
  expect(await client.find({ method: 'GET', path: 'keys/none' })).toBeUndefined();
  expect(waitsMs).toHaveLength(4);
  for (const [index, waitMs] of waitsMs.entries()) {
    expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** index);
    expect(waitMs).toBeLessThanOrEqual(100 * 2 ** index);
  }
});

test('a refusal is final: 403 is not asked again', async () => {
  const { world } = await newWorld();
  const vault = await world.open();
  kms.requests.length = 0;
  kms.fail(403, /datakey/);
  await expect(vault.dek('user_1', 'core')).rejects.toMatchObject({ code: 'kms-refused' });
  expect(kms.requests).toHaveLength(1);
});

test('a wrong token is refused, and the message does not repeat it', async () => {
  const { world } = await newWorld();
  const kmsAddress = { address, token: 's.wrong-token', keyName: 'any' };
  const failure = await openAt({ folder: world.folder, kms: kmsAddress }).catch((error: unknown) =>
    String(error),
  );
  expect(failure).toContain('permission denied');
  expect(failure).not.toContain('s.wrong-token');
});

test('a rotation whose answer is lost is not done twice', async () => {
  const { world, keyName } = await newWorld();
  const vault = await world.open();
  const key = fingerprint(await vault.dek('user_1', 'core'));
  kms.fail('lost answer', /rotate/);
  expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
  kms.fail(500, /rotate/, 2);
  expect(await vault.rotateEpoch()).toMatchObject({ current: 3, draining: [] });
  expect(kms.versions(keyName)).toEqual([3]);
  expect(fingerprint(await (await world.open()).dek('user_1', 'core'))).toBe(key);
});

test.each(['rewrap', 'config', 'trim'])(
  'a rotation that fails at %s is finished by the next',
  async (path) => {
    const { world, keyName } = await newWorld();
    const vault = await world.open();
    const key = fingerprint(await vault.dek('user_1', 'core'));
    kms.fail(403, new RegExp(path));
    await expect(vault.rotateEpoch()).rejects.toMatchObject({ code: 'kms-refused' });
    expect(await vault.epoch()).toMatchObject({ current: 2, draining: [1] });
    expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
    expect(kms.versions(keyName)).toEqual([2]);
    expect(fingerprint(await (await world.open()).dek('user_1', 'core'))).toBe(key);
  },
);

test('a version that the KMS made automatically becomes an epoch', async () => {
  const { world, keyName } = await newWorld();
  const vault = await world.open();
  const key = fingerprint(await vault.dek('user_1', 'core'));
  kms.rotate(keyName);
  expect(await vault.epoch()).toMatchObject({ current: 2, draining: [1] });
  const later = fingerprint(await vault.dek('user_2', 'core'));
  expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
  const reopened = await world.open();
  expect([
    fingerprint(await reopened.dek('user_1', 'core')),
    fingerprint(await reopened.dek('user_2', 'core')),
  ]).toEqual([key, later]);
});

test('a key that is wrapped anew while the KMS unwraps it is unwrapped again', async () => {
  const { world } = await newWorld();
  const vault = await world.open();
  const key = fingerprint(await vault.dek('user_1', 'core'));
  const late = await world.open();
  kms.dawdle('request', /decrypt/, () => vault.rotateEpoch());
  expect(fingerprint(await late.dek('user_1', 'core'))).toBe(key);
});

test('a key that is destroyed while the KMS unwraps it is not handed out', async () => {
  const { world } = await newWorld();
  const vault = await world.open();
  await vault.dek('user_1', 'core');
  const late = await world.open();
  kms.dawdle('answer', /decrypt/, () => vault.destroy('user_1', 'core'));
  expect(await late.find('user_1', 'core')).toMatchObject({ state: 'destroyed' });
});

test('a data key that arrives when its epoch is already over is not used', async () => {
  const { world, keyName } = await newWorld();
  const [vault, other] = [await world.open(), await world.open()];
  kms.rotate(keyName);
  kms.dawdle('answer', /datakey/, async () => {
    kms.rotate(keyName);
    await other.rotateEpoch();
  });
  const key = fingerprint(await vault.dek('user_1', 'core'));
  expect(kms.versions(keyName)).toEqual([3]);
  expect(fingerprint(await (await world.open()).dek('user_1', 'core'))).toBe(key);
});

test('a rotation overtaken by a second one in mid-sweep leaves the old epoch until it is no longer needed', async () => {
  const origin = await newWorld();
  const first = await origin.world.open();
  const key = fingerprint(await first.dek('user_1', 'core'));
  const noted = noteSteps();
  const dry = await (await origin.world.fork()).open({ beforeStep: noted.beforeStep });
  noted.arm();
  await dry.rotateEpoch();
  dry.close();
  // The last moves put survivors in place; all that went before is opening the epoch and fencing the old.
  const moves = noted.steps.flatMap((step, index) => (step === 'move' ? [index + 1] : [])).slice(-3);
  for (const n of moves) {
    const world = await origin.world.fork();
    const slowStop = freezeBefore(n);
    const slow = await world.open({ beforeStep: slowStop.beforeStep });
    slowStop.arm();
    const slowRotation = slow.rotateEpoch();
    await slowStop.isFrozen;
    kms.rotate(world.address.kms?.keyName ?? '');
    const staging = join(world.folder, 'epochs', '00000002', 'staging');
    const nextStop = freezeWhen(() => !existsSync(staging));
    const next = await world.open({ beforeStep: nextStop.beforeStep });
    nextStop.arm();
    const nextRotation = next.rotateEpoch();
    await nextStop.isFrozen;
    slowStop.wake();
    await slowRotation;
    nextStop.wake();
    await nextRotation;
    expect(fingerprint(await (await world.open()).dek('user_1', 'core'))).toBe(key);
    expect(kms.versions(world.address.kms?.keyName ?? '')).toEqual([3]);
    world.closeAll();
  }
});

test('a vault whose KMS has lost the key is refused instead of beginning anew', async () => {
  const { world, keyName } = await newWorld();
  await (await world.open()).dek('user_1', 'core');
  kms.fail(404, /keys/);
  await expect(world.open()).rejects.toMatchObject({ code: 'corrupt' });
  await expect(world.open()).resolves.toBeDefined();
  kms.loseKey(keyName);
  await expect(world.open()).rejects.toMatchObject({ code: 'corrupt' });
});

test('a key that could leave the KMS is refused', async () => {
  const { world, keyName } = await newWorld();
  await world.open();
  kms.setExportable(keyName);
  await expect(world.open()).rejects.toThrow('must not be exportable');
});

test('one folder is not opened by two drivers, nor a KMS without encryption on the way', async () => {
  const { world } = await newWorld();
  await world.open();
  await expect(openAt({ folder: world.folder })).rejects.toMatchObject({ code: 'corrupt' });
  const overHttp = { address: 'http://kms.example', token: () => 'token' };
  await expect(openTransitVault({ folder: world.folder, kms: overHttp, keyName: 'any' })).rejects.toThrow(
    'https',
  );
});
