import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { KeyClass } from '../../declaration-types.ts';
import { keyClasses } from '../key-vault.ts';
import { runVaultProcess } from './run-vault-process.ts';
import { fingerprint, type VaultWorld } from './vault-world.ts';

/** What every driver promises about keys. */
export function describeKeyContract(driver: string, createWorld: () => Promise<VaultWorld>): void {
  async function newWorld(): Promise<VaultWorld> {
    const world = await createWorld();
    onTestFinished(() => world.closeAll());
    return world;
  }

  describe(`keys of a ${driver} vault`, { timeout: 30_000 }, () => {
    test('a person has one key per class, today and after a restart', async () => {
      const world = await newWorld();
      const vault = await world.open();
      const key = await vault.dek('user_1', 'core');
      expect(fingerprint(await vault.dek('user_1', 'core'))).toBe(fingerprint(key));
      const all = await Promise.all(
        keyClasses.map(async (keyClass) => fingerprint(await vault.dek('user_1', keyClass))),
      );
      expect(new Set([...all, fingerprint(await vault.dek('user_2', 'core'))]).size).toBe(6);
      const again = await (await world.open()).dek('user_1', 'core');
      expect([again.keyId, fingerprint(again)]).toEqual([key.keyId, fingerprint(key)]);
    });

    test('a hundred callers in three vaults at once get the same key', async () => {
      const world = await newWorld();
      const vaults = await Promise.all([world.open(), world.open(), world.open()]);
      const callers = Array.from({ length: 34 }, () => vaults).flat();
      const keys = await Promise.all(
        callers.map(async (vault) => fingerprint(await vault.dek('user_1', 'core'))),
      );
      expect(new Set(keys).size).toBe(1);
      const { keyId } = await (await world.open()).dek('user_1', 'core');
      expect(await world.wrappedCopies(keyId)).toHaveLength(1);
    });

    test('two processes that start on an empty folder agree on every key', async () => {
      const { address } = await newWorld();
      const subjects = Array.from({ length: 12 }, (_, index) => `user_${index}`);
      const [first, second] = await Promise.all([
        runVaultProcess({ address, subjects, work: 'make' }),
        runVaultProcess({ address, subjects: subjects.toReversed(), work: 'make' }),
      ]);
      expect(Object.keys(first.made)).toHaveLength(12);
      expect(second.made).toEqual(first.made);
    });

    test('looking makes no key, and tells destroyed from never made', async () => {
      const vault = await (await newWorld()).open();
      expect(await vault.find('user_1', 'core')).toEqual({ state: 'missing' });
      expect(await vault.find('user_1', 'core')).toEqual({ state: 'missing' });
      const key = await vault.dek('user_1', 'core');
      const found = await vault.find('user_1', 'core');
      expect(found.state === 'live' && fingerprint(found.key)).toBe(fingerprint(key));
      expect(await vault.find('user_1', 'core', 2)).toEqual({ state: 'missing' });
      const { destroyedAt } = await vault.destroy('user_1', 'core');
      expect(await vault.find('user_1', 'core')).toEqual({ state: 'destroyed', destroyedAt });
    });

    test('a destroyed key is proved absent, stays destroyed, and takes no other with it', async () => {
      const world = await newWorld();
      const vault = await world.open({ now: () => new Date('2026-11-23T08:00:00Z') });
      const key = await vault.dek('user_1', 'content');
      const other = fingerprint(await vault.dek('user_1', 'billing'));
      const proof = await vault.destroy('user_1', 'content');
      expect(proof).toEqual({
        destroyedAt: '2026-11-23T08:00:00.000Z',
        keys: [{ keyClass: 'content', keyId: key.keyId, version: 1, epoch: 1 }],
        absence: {
          checkedAt: '2026-11-23T08:00:00.000Z',
          liveKeys: 0,
          copiesBeingDestroyed: 0,
          copiesBeingWritten: 0,
          keysInMemory: 0,
        },
      });
      expect(await world.wrappedCopies(key.keyId)).toEqual([]);
      expect(() => key.use(() => undefined)).toThrow('no longer in memory');
      const later = await world.open({ now: () => new Date('2026-12-01T00:00:00Z') });
      await expect(later.dek('user_1', 'content')).rejects.toMatchObject({ code: 'key-destroyed' });
      const repeated = await later.destroy('user_1', 'content');
      expect([repeated.destroyedAt, repeated.keys]).toEqual([proof.destroyedAt, proof.keys]);
      expect(repeated.absence.checkedAt).toBe('2026-12-01T00:00:00.000Z');
      expect(fingerprint(await later.dek('user_1', 'billing'))).toBe(other);
    });

    test('who is erased as a whole never gets a key again, of any class', async () => {
      const vault = await (await newWorld()).open();
      await vault.dek('user_1', 'core');
      await vault.dek('user_1', 'kyc');
      const proof = await vault.destroy('user_1', 'all');
      expect(proof.keys.map((key) => key.keyClass)).toEqual(['core', 'kyc']);
      for (const keyClass of keyClasses) {
        await expect(vault.dek('user_1', keyClass)).rejects.toMatchObject({ code: 'key-destroyed' });
      }
      await expect(vault.dek('user_1', 'of tomorrow' as KeyClass)).rejects.toMatchObject({
        code: 'key-destroyed',
      });
      expect((await vault.destroy('nobody', 'all')).keys).toEqual([]);
      await expect(vault.dek('nobody', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
      await expect(vault.dek('user_10', 'core')).resolves.toBeDefined();
    });

    test('a key destroyed by one process is gone at the next call of another that had it in memory', async () => {
      const world = await newWorld();
      const [mine, theirs] = [await world.open(), await world.open()];
      await theirs.dek('user_1', 'core');
      await mine.destroy('user_1', 'core');
      await expect(theirs.dek('user_1', 'core')).rejects.toMatchObject({ code: 'key-destroyed' });
      expect(await theirs.find('user_1', 'core')).toMatchObject({ state: 'destroyed' });
    });

    test('making and destroying the same key at once ends destroyed', async () => {
      const world = await newWorld();
      const [one, two] = [await world.open(), await world.open()];
      for (let round = 0; round < 10; round += 1) {
        const subject = `user_${round}`;
        const results = await Promise.allSettled([
          one.dek(subject, 'core'),
          two.destroy(subject, 'all'),
          two.dek(subject, 'core'),
          one.destroy(subject, 'core'),
          one.dek(subject, 'kyc'),
        ]);
        const refused = results
          .filter((result) => result.status === 'rejected')
          .map(({ reason }) => reason as unknown);
        expect(refused.filter((reason) => !String(reason).includes('was destroyed'))).toEqual([]);
        expect(await one.find(subject, 'core')).toMatchObject({ state: 'destroyed' });
        expect(await two.find(subject, 'kyc')).toMatchObject({ state: 'destroyed' });
      }
    });

    test('neither names nor contents of files tell whose keys they hold', async () => {
      const world = await newWorld();
      const vault = await world.open();
      await vault.dek('user_wanghong', 'core');
      await vault.dek('user_lilei', 'core');
      await vault.destroy('user_lilei', 'all');
      await vault.blindIndexKey('email');
      for (const path of await world.files()) {
        expect(path).not.toMatch(/wanghong|lilei|user_/);
        expect(await readFile(path, 'latin1')).not.toMatch(/wanghong|lilei|user_/);
      }
    });

    test('a wrapped key put in the place of another does not open there', async () => {
      const world = await newWorld();
      const vault = await world.open();
      const [mine, theirs] = [await vault.dek('user_1', 'core'), await vault.dek('user_2', 'core')];
      const [myFile = '', theirFile = ''] = [
        ...(await world.wrappedCopies(mine.keyId)),
        ...(await world.wrappedCopies(theirs.keyId)),
      ];
      await writeFile(theirFile, await readFile(myFile));
      await expect((await world.open()).find('user_2', 'core')).rejects.toMatchObject({ code: 'corrupt' });
      await expect((await world.open()).dek('user_2', 'core')).rejects.toMatchObject({ code: 'corrupt' });
    });

    test('a key seals no more values than its cipher allows, counted across restarts; then the next version does', async () => {
      const world = await newWorld();
      const options = { sealLimit: { valuesPerKey: 12, valuesPerBlock: 4 } };
      const vault = await world.open(options);
      const versions = [];
      for (let call = 0; call < 5; call += 1) versions.push((await vault.dek('user_1', 'core', 2)).version);
      expect(versions).toEqual([1, 1, 1, 1, 1]);
      const restarted = await world.open(options);
      expect((await restarted.dek('user_1', 'core', 3)).version).toBe(2);
      expect((await restarted.dek('user_1', 'core', 12)).version).toBe(3);
      const old = await restarted.find('user_1', 'core', 1);
      expect(old.state).toBe('live');
      await expect(restarted.dek('user_1', 'core', 13)).rejects.toThrow(RangeError);
      const proof = await restarted.destroy('user_1', 'core');
      expect(proof.keys.map((key) => key.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
      for (const { keyId } of proof.keys) expect(await world.wrappedCopies(keyId)).toEqual([]);
      expect(await restarted.find('user_1', 'core', 1)).toMatchObject({ state: 'destroyed' });
    });

    test('a key for blind indexes belongs to its name', async () => {
      const world = await newWorld();
      const vault = await world.open();
      const email = fingerprint(await vault.blindIndexKey('email 2026'));
      expect(fingerprint(await vault.blindIndexKey('email 2027'))).not.toBe(email);
      expect(fingerprint(await (await world.open()).blindIndexKey('email 2026'))).toBe(email);
    });

    test('a closed vault gives no keys and leaves none in memory', async () => {
      const vault = await (await newWorld()).open();
      const key = await vault.dek('user_1', 'core');
      vault.close();
      await expect(vault.dek('user_1', 'core')).rejects.toMatchObject({ code: 'closed' });
      expect(() => key.use(() => undefined)).toThrow('no longer in memory');
    });
  });
}
