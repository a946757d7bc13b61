import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EpochFolders } from './epoch-folders.ts';
import type { Keyring } from './keyring.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import type { TransitClient } from './transit-client.ts';
import { VaultError } from './vault-error.ts';
import type { KeyPlace, WrappedKey } from './wrapped-key.ts';

/** As many processes as may rotate at once before one gives up. */
const maxTrims = 8;

/**
 * Key-encryption keys that never leave a KMS: an epoch is a version of one transit key, which belongs to this vault
 * alone. Data keys are made by the KMS, wrapped; re-wrapping happens there without showing them.
 *
 * `rewrap` takes no associated data, so a data key is bound to its place by a value derived from the key itself
 * (HKDF, RFC 5869): it says nothing about the key and cannot be made for another place without it.
 */
export class TransitKeyring implements Keyring {
  readonly driver = 'transit';
  readonly #client: TransitClient;
  readonly #keyName: string;
  readonly #epochs: EpochFolders;

  constructor(client: TransitClient, keyName: string, epochs: EpochFolders) {
    if (!/^[\w-]{1,64}$/.test(keyName))
      throw new VaultError('kms-refused', `"${keyName}" cannot name a transit key`);
    this.#client = client;
    this.#keyName = keyName;
    this.#epochs = epochs;
  }

  async prepare(isNewVault: boolean): Promise<void> {
    const path = `keys/${this.#keyName}`;
    if ((await this.#client.find({ method: 'GET', path })) === undefined) {
      if (!isNewVault)
        throw new VaultError('corrupt', 'The vault has keys, but the KMS has lost the key they are under');
      const body = { type: 'aes256-gcm96', derived: false, exportable: false, allow_plaintext_backup: false };
      await this.#client.get({ method: 'POST', path, body });
    }
    const { newest } = await this.#state();
    await this.#epochs.open(newest);
  }

  async epochs(): Promise<readonly number[]> {
    const { oldest, newest } = await this.#state();
    return Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index);
  }

  async create(place: KeyPlace): Promise<WrappedKey> {
    const answer = await this.#post(`datakey/plaintext/${this.#keyName}`, { bits: 256 });
    const ciphertext = textOf(answer, 'ciphertext');
    const material = Buffer.from(textOf(answer, 'plaintext'), 'base64');
    const wrapped = `${ciphertext} ${binding(material, place).toString('base64')}`;
    material.fill(0);
    const epoch = epochOf(ciphertext);
    await this.#epochs.open(epoch);
    return { keyId: place.keyId, version: place.version, epoch, wrapped };
  }

  async unwrap(key: WrappedKey, slot: string): Promise<Buffer> {
    const [ciphertext, bound] = partsOf(key.wrapped);
    const answer = await this.#post(`decrypt/${this.#keyName}`, { ciphertext });
    const material = Buffer.from(textOf(answer, 'plaintext'), 'base64');
    const expected = binding(material, { slot, keyId: key.keyId, version: key.version });
    if (material.length === 32 && expected.length === bound.length && timingSafeEqual(expected, bound))
      return material;
    material.fill(0);
    throw new VaultError('corrupt', `The key in slot ${slot} was wrapped for another place`);
  }

  async rewrap(
    entries: readonly { readonly slot: string; readonly key: WrappedKey }[],
  ): Promise<WrappedKey[]> {
    const parts = entries.map(({ key }) => partsOf(key.wrapped));
    const answer = await this.#post(`rewrap/${this.#keyName}`, {
      batch_input: parts.map(([ciphertext]) => ({ ciphertext })),
    });
    const results: unknown = answer['batch_results'];
    if (!Array.isArray(results) || results.length !== entries.length) throw unusable('batch_results');
    return entries.map(({ key }, index) => {
      const ciphertext = textOf(results[index], 'ciphertext');
      const bound = parts[index]?.[1].toString('base64') ?? '';
      const { keyId, version } = key;
      return { keyId, version, epoch: epochOf(ciphertext), wrapped: `${ciphertext} ${bound}` };
    });
  }

  async openNextEpoch(): Promise<number> {
    const before = (await this.#state()).newest;
    const newest = await this.#rotateOnce(before);
    await this.#epochs.open(newest);
    return newest;
  }

  /**
   * Destroys the versions before `epoch`. The KMS has no compare-and-set: another process that rotates at the same
   * time may set the limits between two of our calls, and one of us is refused. Who is refused looks again.
   */
  async destroyEpochsBefore(epoch: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#state();
      if (before.oldest >= epoch) return;
      const lowest = Math.max(epoch, before.minDecryption);
      let areLimitsSet = false;
      try {
        await this.#post(`keys/${this.#keyName}/config`, {
          min_decryption_version: lowest,
          min_encryption_version: lowest,
        });
        areLimitsSet = true;
        // Raising the limits only archives old versions, and lowering them brings them back; `trim` destroys them.
        await this.#post(`keys/${this.#keyName}/trim`, { min_available_version: epoch });
      } catch (error) {
        const after = await this.#state();
        const isUndisturbed =
          after.oldest === before.oldest &&
          after.minDecryption === (areLimitsSet ? lowest : before.minDecryption);
        if (isUndisturbed || attempt === maxTrims) throw error;
        continue;
      }
      const { oldest } = await this.#state();
      if (oldest < epoch) throw new VaultError('residue', `The KMS still has version ${oldest} of the key`);
      return;
    }
  }

  /** A rotation whose answer was lost must not be repeated blindly: first look whether it happened. */
  async #rotateOnce(before: number): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const call = {
        method: 'POST',
        path: `keys/${this.#keyName}/rotate`,
        body: {},
        isRepeatable: false,
      } as const;
      const failure = await this.#client.get(call).then(
        () => undefined,
        (error: unknown) => error,
      );
      const { newest } = await this.#state();
      if (newest > before) return newest;
      if (failure instanceof VaultError && failure.code === 'kms-unavailable' && attempt < 5) continue;
      throw failure instanceof Error ? failure : unusable('rotation');
    }
  }

  async #state(): Promise<{ oldest: number; newest: number; minDecryption: number }> {
    const key = await this.#client.get({ method: 'GET', path: `keys/${this.#keyName}` });
    if (key['type'] !== 'aes256-gcm96' || key['derived'] === true)
      throw refused('must be of type aes256-gcm96');
    if (key['exportable'] === true || key['allow_plaintext_backup'] === true)
      throw refused('must not be exportable');
    if (key['deletion_allowed'] === true)
      throw refused('must not be deletable while the vault depends on it');
    const newest = numberOf(key, 'latest_version');
    const oldest = Math.max(1, numberOf(key, 'min_available_version'));
    return { oldest, newest, minDecryption: numberOf(key, 'min_decryption_version') };
  }

  async #post(path: string, body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    return this.#client.get({ method: 'POST', path, body });
  }
}

function binding(material: Buffer, { slot, keyId, version }: KeyPlace): Buffer {
  const info = lengthPrefixed(['candor data key', slot, keyId, String(version)]);
  return Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), info, 32));
}

function partsOf(wrapped: string): [ciphertext: string, bound: Buffer] {
  const [ciphertext, bound] = wrapped.split(' ');
  if (ciphertext === undefined || bound === undefined)
    throw new VaultError('corrupt', 'A wrapped key has lost a part');
  return [ciphertext, Buffer.from(bound, 'base64')];
}

function epochOf(ciphertext: string): number {
  const version = /^vault:v([1-9]\d{0,8}):/.exec(ciphertext)?.[1];
  if (version === undefined) throw unusable('ciphertext');
  return Number(version);
}

function textOf(answer: unknown, field: string): string {
  const value: unknown =
    typeof answer === 'object' && answer !== null && field in answer ? Reflect.get(answer, field) : undefined;
  if (typeof value !== 'string') throw unusable(field);
  return value;
}

function numberOf(answer: Record<string, unknown>, field: string): number {
  const value = answer[field] ?? 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unusable(field);
  return value;
}

function unusable(field: string): VaultError {
  return new VaultError('kms-unavailable', `The KMS answered without a usable ${field}`);
}

function refused(rule: string): VaultError {
  return new VaultError('kms-refused', `The transit key ${rule}`);
}
