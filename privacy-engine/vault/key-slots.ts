import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DurableFiles, listFolder, lookAt, readOwnFile } from './durable-files.ts';
import type { EpochFolders } from './epoch-folders.ts';
import { VaultError } from './vault-error.ts';
import { decodeTombstone, decodeWrappedKey, encodeTombstone, encodeWrappedKey } from './wrapped-key.ts';
import type { Tombstone, WrappedKey } from './wrapped-key.ts';

export type SlotState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'destroyed' }
  | { readonly kind: 'live'; readonly newestVersion: number };

/**
 * A slot is the place of one person's key of one class: a folder with a file per version while it lives, a file (the
 * tombstone) once it is destroyed. That difference is the fence: no key can be moved into a file.
 */
export class KeySlots {
  readonly #keys: string;
  readonly #graveyard: string;
  readonly #destroying: string;
  readonly #scratch: string;
  readonly #files: DurableFiles;
  readonly #epochs: EpochFolders;

  constructor(vaultFolder: string, files: DurableFiles, epochs: EpochFolders) {
    this.#keys = join(vaultFolder, 'keys');
    this.#graveyard = join(vaultFolder, 'graveyard');
    this.#destroying = join(vaultFolder, 'destroying');
    this.#scratch = join(vaultFolder, 'scratch');
    this.#files = files;
    this.#epochs = epochs;
  }

  look(slot: string): SlotState {
    const found = lookAt(this.#path(slot));
    if (found === 'nothing') return { kind: 'missing' };
    if (found === 'file') return { kind: 'destroyed' };
    const newestVersion = Math.max(0, ...versionsIn(found.folder));
    if (newestVersion === 0) throw new VaultError('corrupt', `slot ${slot} holds no key`);
    return { kind: 'live', newestVersion };
  }

  async read(slot: string, version: number): Promise<WrappedKey | undefined> {
    const path = join(this.#path(slot), `v${version}`);
    const content = await readOwnFile(path);
    return content === undefined ? undefined : decodeWrappedKey(content.toString(), path);
  }

  async tombstone(slot: string): Promise<Tombstone | undefined> {
    return this.#readTombstone(this.#path(slot));
  }

  /** Puts a new version in place unless another process was first. Whatever is there then is the key. */
  async add(slot: string, key: WrappedKey): Promise<void> {
    const staged = await this.#epochs.stage(key.epoch, slot);
    if (staged === undefined) return;
    const name = `v${key.version}`;
    await this.#makeShard(slot);
    await this.#files.writeNew(join(staged, name), encodeWrappedKey(key));
    await this.#files.syncFolder(staged);
    const outcome =
      key.version === 1
        ? await this.#files.move(staged, this.#path(slot))
        : await this.#files.link(join(staged, name), join(this.#path(slot), name));
    if (outcome !== 'done' || key.version > 1) await this.#files.shredFolder(staged);
    await this.makeDurable(slot);
  }

  /**
   * Puts the same key, wrapped anew, in the place of the old: never into a destroyed slot, never from a fenced epoch.
   * `staged` must have been made before the old wrapping was read: what `bury` does not see there, it prevents here.
   */
  async replace(slot: string, key: WrappedKey, staged: string): Promise<void> {
    const name = `v${key.version}`;
    const path = join(this.#path(slot), name);
    const content = encodeWrappedKey(key);
    if ((await this.#files.writeNew(join(staged, name), content)) !== 'done') return;
    if ((await this.#files.move(join(staged, name), path)) !== 'done') return;
    await this.#files.syncFolder(this.#path(slot));
    const readBack = await readOwnFile(path);
    if (readBack === undefined || readBack.toString() === content) return;
    const now = decodeWrappedKey(readBack.toString(), path);
    if (now.keyId !== key.keyId) throw new VaultError('corrupt', `${path} does not hold what was written`);
  }

  /** Counts seals in a file that only grows. @returns its size, `gone` when the slot no longer lives. */
  async count(slot: string, version: number, blocks: number): Promise<number | 'gone'> {
    return this.#files.append(join(this.#path(slot), `v${version}.seals`), Buffer.alloc(blocks));
  }

  /** A key another process has just made may seal nothing before its name survives a power cut. */
  async makeDurable(slot: string): Promise<void> {
    await this.#files.syncFolder(this.#path(slot));
    await this.#files.syncFolder(this.#shard(slot));
  }

  /**
   * Destroys a slot: announced first, so that a crash at any later step is finished when the vault is opened next.
   * @returns the tombstone that stands, which may be an earlier one.
   */
  async destroy(slot: string, destroyedAt: string): Promise<Tombstone> {
    if (this.look(slot).kind !== 'destroyed') await this.#announce(slot, destroyedAt);
    return this.#bury(slot, destroyedAt);
  }

  /** Ends the destructions that a crash has interrupted. */
  async finishDestructions(destroyedAt: string): Promise<void> {
    for (const slot of await listFolder(this.#destroying)) await this.#bury(slot, destroyedAt);
  }

  /** Looks afresh for a destroyed slot in every place a key can be. @returns how often it was found. */
  async countRemains(slot: string): Promise<number> {
    const live = this.look(slot).kind === 'destroyed' ? 0 : 1;
    return live + (await this.#inGraveyard(slot)).length + (await this.#epochs.staged(slot)).length;
  }

  /** Removes what is dying and what others are still writing for a destroyed slot: they will find it gone. */
  async shredRemains(slot: string): Promise<void> {
    for (const dying of await this.#inGraveyard(slot)) await this.#files.shredFolder(dying);
    for (const staged of await this.#epochs.staged(slot)) await this.#files.shredFolder(staged);
  }

  /** Every living slot, shard by shard. A slot that lives throughout is always listed. */
  async *list(): AsyncGenerator<{ slot: string; versions: number[] }> {
    for (const shard of (await listFolder(this.#keys)).sort()) {
      for (const slot of await listFolder(join(this.#keys, shard))) {
        const versions = versionsIn(await listFolder(this.#path(slot)));
        if (versions.length > 0) yield { slot, versions };
      }
    }
  }

  async #announce(slot: string, destroyedAt: string): Promise<void> {
    const keys: WrappedKey[] = [];
    for (const version of versionsIn(await listFolder(this.#path(slot)))) {
      const key = await this.read(slot, version);
      if (key !== undefined) keys.push(key);
    }
    const content = encodeTombstone({
      destroyedAt,
      keys: keys.map(({ keyId, version, epoch }) => ({ keyId, version, epoch })),
    });
    const draft = join(this.#scratch, randomBytes(12).toString('hex'));
    await this.#files.writeNew(draft, content);
    await this.#files.link(draft, join(this.#destroying, slot));
    await this.#files.syncFolder(this.#destroying);
    await this.#files.unlink(draft);
  }

  async #bury(slot: string, destroyedAt: string): Promise<Tombstone> {
    const path = this.#path(slot);
    const announced = join(this.#destroying, slot);
    await this.#makeShard(slot);
    for (let round = 0; round < 100 && this.look(slot).kind !== 'destroyed'; round += 1) {
      await this.#files.move(`${path}/`, join(this.#graveyard, `${slot}.${randomBytes(6).toString('hex')}`));
      // Gone: another process has finished this destruction, or a stray key was made meanwhile. Look again.
      if ((await this.#files.link(announced, path)) === 'gone') await this.#announce(slot, destroyedAt);
    }
    await this.#files.syncFolder(this.#shard(slot));
    await this.#files.syncFolder(this.#graveyard);
    await this.shredRemains(slot);
    const tombstone = await this.#readTombstone(path);
    if (tombstone === undefined)
      throw new VaultError('contended', `slot ${slot} is made as fast as it is destroyed`);
    await this.#files.unlink(announced);
    await this.#files.syncFolder(this.#destroying);
    return tombstone;
  }

  async #inGraveyard(slot: string): Promise<string[]> {
    const names = await listFolder(this.#graveyard);
    return names.filter((name) => name.startsWith(`${slot}.`)).map((name) => join(this.#graveyard, name));
  }

  async #readTombstone(path: string): Promise<Tombstone | undefined> {
    if (lookAt(path) !== 'file') return undefined;
    const content = await readOwnFile(path);
    return content === undefined ? undefined : decodeTombstone(content.toString(), path);
  }

  async #makeShard(slot: string): Promise<void> {
    if ((await this.#files.makeFolder(this.#shard(slot))) === 'done')
      await this.#files.syncFolder(this.#keys);
  }

  #shard(slot: string): string {
    return join(this.#keys, slot.slice(0, 2));
  }

  #path(slot: string): string {
    return join(this.#shard(slot), slot);
  }
}

function versionsIn(names: readonly string[]): number[] {
  return names.filter((name) => /^v\d+$/.test(name)).map((name) => Number(name.slice(1)));
}
