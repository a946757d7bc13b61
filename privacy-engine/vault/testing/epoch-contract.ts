import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { KeyVault } from '../key-vault.ts';
import { runVaultProcess } from './run-vault-process.ts';
import { noteSteps, freezeBefore } from './stops.ts';
import { fingerprint, type VaultWorld } from './vault-world.ts';

const survivors = ['user_1', 'user_2', 'user_3'];

/** What every driver promises about epochs, and about being stopped in the middle of anything. */
export function describeEpochContract(driver: string, createWorld: () => Promise<VaultWorld>): void {
  async function newWorld(): Promise<VaultWorld> {
    const world = await createWorld();
    onTestFinished(() => world.closeAll());
    return world;
  }

  /** A vault with three persons who stay and one who goes. */
  async function inhabited() {
    const world = await newWorld();
    const vault = await world.open();
    const keys: Record<string, string> = {};
    for (const subject of survivors) keys[subject] = fingerprint(await vault.dek(subject, 'core'));
    keys['blind index'] = fingerprint(await vault.blindIndexKey('email'));
    const goes = await vault.dek('user_goes', 'core');
    const goesFingerprint = fingerprint(goes);
    return { world, vault, keys, goes: { keyId: goes.keyId, fingerprint: goesFingerprint } };
  }

  async function fork(world: VaultWorld): Promise<VaultWorld> {
    const forked = await world.fork();
    onTestFinished(() => forked.closeAll());
    return forked;
  }

  /** The changes of the disk that some work makes, in order. */
  async function stepsOf(world: VaultWorld, work: (vault: KeyVault) => Promise<unknown>): Promise<string[]> {
    const { steps, beforeStep, arm } = noteSteps();
    const vault = await (await fork(world)).open({ beforeStep });
    arm();
    await work(vault);
    return steps;
  }

  async function keysOf(vault: KeyVault): Promise<Record<string, string>> {
    const keys: Record<string, string> = {};
    for (const subject of survivors) {
      const found = await vault.find(subject, 'core');
      keys[subject] = found.state === 'live' ? fingerprint(found.key) : found.state;
    }
    keys['blind index'] = fingerprint(await vault.blindIndexKey('email'));
    return keys;
  }

  describe(`epochs of a ${driver} vault`, { timeout: 30_000 }, () => {
    test('survivors stay readable when the epoch rotates, and a second rotation does it again', async () => {
      const { world, vault, keys } = await inhabited();
      expect(await vault.epoch()).toMatchObject({ current: 1, draining: [] });
      const { startedAt } = await vault.epoch();
      expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
      expect(Date.parse((await vault.epoch()).startedAt)).toBeGreaterThan(Date.parse(startedAt));
      expect(await vault.rotateEpoch()).toMatchObject({ current: 3, draining: [] });
      const reopened = await world.open();
      expect(await keysOf(reopened)).toEqual(keys);
      expect((await reopened.destroy('user_goes', 'core')).keys[0]?.epoch).toBe(3);
    });

    test('a copy of a wrapped key that strayed before the erasure dies with its epoch', async () => {
      const { world, vault, goes, keys } = await inhabited();
      const stray = join(world.folder, '..', 'stray');
      await cp(join(world.folder, 'keys'), stray, { recursive: true });
      await vault.destroy('user_goes', 'all');
      const bringBack = async (into: VaultWorld) => {
        const names = join(into.folder, 'keys');
        await rm(names, { recursive: true });
        await cp(stray, names, { recursive: true });
        return into.open();
      };
      // Within the epoch the copy still works: that is why a vault is never backed up, and why epochs rotate.
      const before = await bringBack(await fork(world));
      const found = await before.find('user_goes', 'core');
      expect(found.state === 'live' && fingerprint(found.key)).toBe(goes.fingerprint);

      await vault.rotateEpoch();
      expect(await keysOf(vault)).toEqual(keys);
      await expect(bringBack(world)).rejects.toThrow(/epoch 1|too old|no key of this version/);
    });

    test('keys are made and destroyed while two processes rotate at once', async () => {
      const { world, keys } = await inhabited();
      const [one, two, three] = [await world.open(), await world.open(), await world.open()];
      const made: Record<string, string> = {};
      const busy = async (vault: KeyVault, name: string) => {
        for (let index = 0; index < 15; index += 1) {
          made[`${name}_${index}`] = fingerprint(await vault.dek(`${name}_${index}`, 'core'));
          if (index % 3 === 0) await vault.destroy(`${name}_${index}`, 'all');
        }
      };
      const tries = await Promise.allSettled([
        busy(one, 'a'),
        one.rotateEpoch(),
        two.rotateEpoch(),
        busy(three, 'b'),
        three.rotateEpoch(),
      ]);
      expect(tries.map((result) => result.status === 'rejected' && result.reason)).toEqual(
        tries.map(() => false),
      );
      const after = await world.open();
      await after.rotateEpoch();
      expect(await keysOf(after)).toEqual(keys);
      for (const [subject, key] of Object.entries(made)) {
        const found = await after.find(subject, 'core');
        const isDestroyed = Number(subject.slice(2)) % 3 === 0;
        expect(found.state === 'live' ? fingerprint(found.key) : found.state).toBe(
          isDestroyed ? 'destroyed' : key,
        );
      }
    });

    test('a rotation stopped before any change, overtaken by others and woken later loses no key and revives none', async () => {
      const { world, keys, goes } = await inhabited();
      const steps = await stepsOf(world, (vault) => vault.rotateEpoch());
      expect(steps.length).toBeGreaterThan(30);
      for (let n = 1; n <= steps.length; n += 1) {
        const forked = await fork(world);
        const stop = freezeBefore(n);
        const sleeper = await forked.open({ beforeStep: stop.beforeStep });
        stop.arm();
        const rotation = sleeper.rotateEpoch().catch((error: unknown) => error);
        await Promise.race([stop.isFrozen, rotation]);

        const other = await forked.open();
        expect(await keysOf(other), `stopped before ${n}`).toEqual(keys);
        const late = fingerprint(await other.dek('user_late', 'core'));
        await other.destroy('user_goes', 'all');
        expect(await forked.wrappedCopies(goes.keyId), `stopped before ${n}`).toEqual([]);
        if (n % 2 === 0) await other.rotateEpoch();
        if (n % 4 === 0) await other.rotateEpoch();
        stop.wake();
        await rotation;

        const after = await forked.open();
        await after.rotateEpoch();
        expect((await after.epoch()).draining).toEqual([]);
        expect(await keysOf(after), `woken before ${n}`).toEqual(keys);
        expect(fingerprint(await after.dek('user_late', 'core'))).toBe(late);
        expect(await after.find('user_goes', 'core')).toMatchObject({ state: 'destroyed' });
        expect(await forked.wrappedCopies(goes.keyId), `woken before ${n}`).toEqual([]);
        forked.closeAll();
      }
    }, 120_000);

    test('a destruction stopped before any change is finished when the vault is opened next', async () => {
      const { world, keys, goes } = await inhabited();
      const steps = await stepsOf(world, (vault) => vault.destroy('user_goes', 'core'));
      const announcedAt = steps.indexOf('link') + 1;
      expect(steps.length).toBeGreaterThan(10);
      for (let n = 1; n <= steps.length; n += 1) {
        const forked = await fork(world);
        const stop = freezeBefore(n);
        const sleeper = await forked.open({ beforeStep: stop.beforeStep });
        stop.arm();
        const destruction = sleeper.destroy('user_goes', 'core').catch((error: unknown) => error);
        await Promise.race([stop.isFrozen, destruction]);

        const other = await forked.open();
        const found = await other.find('user_goes', 'core');
        const isReadable = found.state === 'live' && fingerprint(found.key) === goes.fingerprint;
        expect(isReadable, `stopped before ${n}`).toBe(n <= announcedAt);
        if (!isReadable) expect(await forked.wrappedCopies(goes.keyId), `stopped before ${n}`).toEqual([]);
        await other.rotateEpoch();
        stop.wake();
        expect(await destruction).toMatchObject({ absence: { liveKeys: 0 }, keys: [{ keyId: goes.keyId }] });
        expect(await forked.wrappedCopies(goes.keyId)).toEqual([]);
        expect(await keysOf(await forked.open())).toEqual(keys);
        forked.closeAll();
      }
    }, 60_000);

    test('a making stopped before any change, overtaken by a rotation, leaves one key that lasts', async () => {
      const { world } = await inhabited();
      const steps = await stepsOf(world, (vault) => vault.dek('user_new', 'core'));
      for (let n = 1; n <= steps.length; n += 1) {
        const forked = await fork(world);
        const stop = freezeBefore(n);
        const sleeper = await forked.open({ beforeStep: stop.beforeStep });
        stop.arm();
        const making = sleeper.dek('user_new', 'core');
        await Promise.race([stop.isFrozen, making]);
        const other = await forked.open();
        await other.rotateEpoch();
        if (n % 2 === 0) await other.dek('user_new', 'core');
        stop.wake();
        const key = fingerprint(await making);
        await other.rotateEpoch();
        expect(fingerprint(await (await forked.open()).dek('user_new', 'core')), `stopped before ${n}`).toBe(
          key,
        );
        forked.closeAll();
      }
    }, 60_000);

    test.each(['rotate', 'destroy'] as const)(
      'a process killed while it should %s loses no survivor',
      async (work) => {
        const { world, keys, goes } = await inhabited();
        const steps = await stepsOf(world, (vault) =>
          work === 'rotate' ? vault.rotateEpoch() : vault.destroy('user_goes', 'all'),
        );
        for (let round = 0; round < 2; round += 1) {
          const killBefore = 1 + Math.floor(Math.random() * steps.length);
          const forked = await fork(world);
          const errand = { address: forked.address, subjects: ['user_goes'], work, killBefore };
          expect((await runVaultProcess(errand)).signal, `killed before ${killBefore}`).toBe('SIGKILL');
          const reopened = await forked.open();
          expect(await keysOf(reopened), `killed before ${killBefore}`).toEqual(keys);
          const found = await reopened.find('user_goes', 'core');
          if (found.state === 'destroyed') expect(await forked.wrappedCopies(goes.keyId)).toEqual([]);
          else expect(found.state === 'live' && fingerprint(found.key)).toBe(goes.fingerprint);
          await reopened.destroy('user_goes', 'all');
          expect(await forked.wrappedCopies(goes.keyId), `killed before ${killBefore}`).toEqual([]);
          expect((await reopened.rotateEpoch()).draining).toEqual([]);
          expect(await keysOf(await forked.open()), `killed before ${killBefore}`).toEqual(keys);
        }
      },
      60_000,
    );

    test('a damaged key stops the rotation before anything is destroyed', async () => {
      const { world, vault, keys } = await inhabited();
      const { keyId } = await vault.dek('user_broken', 'core');
      const [path = ''] = await world.wrappedCopies(keyId);
      const content = await readFile(path, 'utf8');
      await writeFile(path, content.replace(/"wrapped":"(vault:v1:)?....../, '"wrapped":"$1AAAAAA'));
      await expect(vault.rotateEpoch()).rejects.toThrow(/damaged|authentication failed/);
      expect((await vault.epoch()).draining).toEqual([1]);
      await writeFile(path, content);
      expect(await vault.rotateEpoch()).toMatchObject({ current: 2, draining: [] });
      expect(await keysOf(await world.open())).toEqual(keys);
    });
  });
}
