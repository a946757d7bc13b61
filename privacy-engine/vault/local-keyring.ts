import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { type DurableFiles, listFolder, readOwnFile } from './durable-files.ts';
import type { EpochFolders } from './epoch-folders.ts';
import type { Keyring } from './keyring.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import { VaultError } from './vault-error.ts';
import type { KeyPlace, WrappedKey } from './wrapped-key.ts';

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/**
 * Key-encryption keys as files in the vault's own folder. A reader of the folder can read every key: it stands
 * or falls with the permissions of one user, which is why they are checked at every read.
 */
export class LocalKeyring implements Keyring {
  readonly driver = 'local';
  readonly #epochs: EpochFolders;
  readonly #files: DurableFiles;

  constructor(epochs: EpochFolders, files: DurableFiles) {
    this.#epochs = epochs;
    this.#files = files;
  }

  async prepare(isNewVault: boolean): Promise<void> {
    if ((await this.epochs()).length > 0) return;
    if (!isNewVault)
      throw new VaultError('corrupt', 'The vault has keys but no key-encryption key: restore it whole');
    await this.#open(1);
  }

  async epochs(): Promise<readonly number[]> {
    const withKey: number[] = [];
    for (const epoch of await this.#epochs.list()) {
      if ((await listFolder(this.#epochs.folder(epoch))).includes('kek')) withKey.push(epoch);
    }
    return withKey;
  }

  async create(place: KeyPlace): Promise<WrappedKey> {
    return this.#withNewestKek((kek, epoch) => {
      const material = randomBytes(keyBytes);
      const wrapped = wrap(kek, material, place, epoch);
      material.fill(0);
      return { keyId: place.keyId, version: place.version, epoch, wrapped };
    });
  }

  async unwrap(key: WrappedKey, slot: string): Promise<Buffer> {
    const material = await this.#withKek(key.epoch, (kek) => unwrap(kek, key, slot));
    if (material === undefined) throw new VaultError('corrupt', `There is no key of epoch ${key.epoch}`);
    return material;
  }

  async rewrap(
    entries: readonly { readonly slot: string; readonly key: WrappedKey }[],
  ): Promise<WrappedKey[]> {
    const rewrapped: WrappedKey[] = [];
    for (const { slot, key } of entries) {
      const material = await this.unwrap(key, slot);
      rewrapped.push(
        await this.#withNewestKek((kek, epoch) => rewrapOne(kek, material, slot, { ...key, epoch })),
      );
      material.fill(0);
    }
    return rewrapped;
  }

  async openNextEpoch(): Promise<number> {
    const next = Math.max(...(await this.#epochs.list())) + 1;
    await this.#open(next);
    return next;
  }

  async destroyEpochsBefore(epoch: number): Promise<void> {
    for (const old of (await this.epochs()).filter((number) => number < epoch)) {
      await this.#files.shredFile(join(this.#epochs.folder(old), 'kek'));
      await this.#files.syncFolder(this.#epochs.folder(old));
    }
    const left = (await this.epochs()).filter((number) => number < epoch);
    if (left.length > 0)
      throw new VaultError('residue', `Keys of the epochs ${left.join(', ')} are still there`);
  }

  /** Another process may destroy an epoch between the look and the use; then there is a newer one. */
  async #withNewestKek<T>(work: (kek: Buffer, epoch: number) => T): Promise<T> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const epoch = (await this.epochs()).at(-1);
      if (epoch === undefined) break;
      const result = await this.#withKek(epoch, (kek) => ({ value: work(kek, epoch) }));
      if (result !== undefined) return result.value;
    }
    throw new VaultError('corrupt', 'The vault has no key-encryption key');
  }

  async #open(epoch: number): Promise<void> {
    const kek = randomBytes(keyBytes);
    await this.#epochs.open(epoch, { kek });
    kek.fill(0);
  }

  /** Reads the key for one use: it is in memory no longer than that. */
  async #withKek<T>(epoch: number, work: (kek: Buffer) => T): Promise<T | undefined> {
    const path = join(this.#epochs.folder(epoch), 'kek');
    const kek = await readOwnFile(path);
    if (kek === undefined) return undefined;
    if (kek.length !== keyBytes) throw new VaultError('corrupt', `${path} is not a key`);
    try {
      return work(kek);
    } finally {
      kek.fill(0);
    }
  }
}

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2). An epoch wraps each key of the vault once or twice,
 * far below the 2^32 of §8.3.
 */
function wrap(kek: Buffer, material: Buffer, place: KeyPlace, epoch: number): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', kek, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(place, epoch));
  return Buffer.concat([nonce, cipher.update(material), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  );
}

function unwrap(kek: Buffer, key: WrappedKey, slot: string): Buffer {
  const bytes = Buffer.from(key.wrapped, 'base64');
  if (bytes.length !== nonceBytes + keyBytes + tagBytes) throw misplaced(slot);
  const decipher = createDecipheriv('aes-256-gcm', kek, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associatedData({ slot, keyId: key.keyId, version: key.version }, key.epoch));
  decipher.setAuthTag(bytes.subarray(nonceBytes + keyBytes));
  const material = decipher.update(bytes.subarray(nonceBytes, nonceBytes + keyBytes));
  try {
    decipher.final();
  } catch (error) {
    material.fill(0);
    throw misplaced(slot, error);
  }
  return material;
}

/** A survivor is only as safe as its new wrapping, so that is opened again before it may replace the old. */
function rewrapOne(kek: Buffer, material: Buffer, slot: string, key: WrappedKey): WrappedKey {
  const { keyId, version, epoch } = key;
  const rewrapped = { keyId, version, epoch, wrapped: wrap(kek, material, { slot, keyId, version }, epoch) };
  const again = unwrap(kek, rewrapped, slot);
  const isSame = timingSafeEqual(again, material);
  again.fill(0);
  if (!isSame) throw new VaultError('corrupt', `The key in slot ${slot} could not be wrapped anew`);
  return rewrapped;
}

/** The slot stands for person and class (a keyed hash of both), so that a rotation need not know whose keys it wraps. */
function associatedData({ slot, keyId, version }: KeyPlace, epoch: number): Buffer {
  return lengthPrefixed(['candor data key', slot, keyId, String(version), String(epoch)]);
}

function misplaced(slot: string, cause?: unknown): VaultError {
  return new VaultError('corrupt', `The key in slot ${slot} was damaged or wrapped for another place`, {
    cause,
  });
}
