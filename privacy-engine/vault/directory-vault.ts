import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { KeyClass } from '../declaration-types.ts';
import type { ErasureLedger } from '../erasure/erasure-ledger.ts';
import type { Anchor } from '../transparency/anchor.ts';
import { KeyCache, type KeyCacheOptions, WipeableKey } from './key-cache.ts';
import { keyClasses } from './key-vault.ts';
import type {
  DataKey,
  DestroyedKey,
  DestructionProof,
  EpochState,
  KeyLookup,
  KeyVault,
} from './key-vault.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import { rotateEpoch, type VaultParts } from './rotate-epoch.ts';
import { type SealLimit, sealBlocks } from './seal-limit.ts';
import { VaultError } from './vault-error.ts';
import type { Tombstone } from './wrapped-key.ts';

export interface DirectoryVaultOptions {
  readonly parts: VaultParts;
  readonly cache: KeyCacheOptions;
  readonly sealLimit: SealLimit;
  readonly now: () => Date;
  readonly ledger: (vault: Pick<KeyVault, 'blindIndexKey'>) => ErasureLedger;
  readonly auditLog: Anchor;
}

const mostAttempts = 20;

/** The slot of the key that names all others. Its own name is no secret, and the same in every vault. */
export const namesSlot = createHash('sha256').update('candor vault: names of slots').digest('hex');

/** Tells a person apart from any class of theirs: the tombstone here forbids classes that do not exist yet. */
const wholePerson = '*';

/** The vault over a folder of wrapped keys, whatever keeps the key-encryption keys. */
export class DirectoryVault implements KeyVault {
  readonly erasures: ErasureLedger;
  readonly auditLog: Anchor;
  readonly #options: DirectoryVaultOptions;
  readonly #parts: VaultParts;
  readonly #cache: KeyCache;
  /** Loads and makings under way, so that a hundred callers at once cause one. */
  readonly #loading = new Map<string, Promise<WipeableKey | undefined>>();
  readonly #making = new Map<string, Promise<void>>();
  readonly #wipeTimer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: DirectoryVaultOptions) {
    this.#options = options;
    this.erasures = options.ledger(this);
    this.auditLog = options.auditLog;
    this.#parts = options.parts;
    this.#cache = new KeyCache(options.cache);
    const everyMs = Math.max(1_000, options.cache.maxAgeMs);
    this.#wipeTimer = setInterval(() => this.#cache.wipeOld(this.#nowMs()), everyMs).unref();
  }

  async dek(subject: string, keyClass: KeyClass, valueCount = 1): Promise<DataKey> {
    const slot = await this.#slotOf('person', subject, keyClass);
    return this.#newest(slot, {
      mayBeMade: async () => this.#requireNotErased(subject),
      isUsable: (key) => this.#countSeals(slot, key, valueCount),
    });
  }

  async blindIndexKey(name: string): Promise<DataKey> {
    return this.#newest(await this.#slotOf('blind index', name), {
      mayBeMade: async () => undefined,
      isUsable: async () => true,
    });
  }

  async find(subject: string, keyClass: KeyClass, version?: number): Promise<KeyLookup> {
    const slot = await this.#slotOf('person', subject, keyClass);
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const state = this.#parts.slots.look(slot);
      if (state.kind === 'missing') return { state: 'missing' };
      if (state.kind === 'destroyed') {
        const tombstone = await this.#parts.slots.tombstone(slot);
        return { state: 'destroyed', destroyedAt: tombstone?.destroyedAt ?? '' };
      }
      const wanted = version ?? state.newestVersion;
      if (wanted > state.newestVersion) return { state: 'missing' };
      const key = await this.#load(slot, wanted);
      if (key !== undefined) return { state: 'live', key };
    }
    throw contended(slot);
  }

  async destroy(subject: string, keyClass: KeyClass | 'all'): Promise<DestructionProof> {
    const classes = keyClass === 'all' ? [wholePerson, ...keyClasses] : [keyClass];
    const slots: { keyClass: string; slot: string }[] = [];
    for (const name of classes)
      slots.push({ keyClass: name, slot: await this.#slotOf('person', subject, name) });
    const tombstones: Tombstone[] = [];
    for (const { slot } of slots) tombstones.push(await this.#destroySlot(slot));
    const absence = await this.#proveAbsence(slots.map(({ slot }) => slot));
    const destroyedAt = tombstones.map((tombstone) => tombstone.destroyedAt).sort()[0] ?? absence.checkedAt;
    return { destroyedAt, keys: destroyedKeys(classes, tombstones), absence };
  }

  async epoch(): Promise<EpochState> {
    const alive = await this.#parts.keyring.epochs();
    const current = Math.max(...alive);
    const startedAt = await this.#parts.epochs.startedAt(current);
    return { current, startedAt, draining: alive.slice(0, -1) };
  }

  async rotateEpoch(): Promise<EpochState> {
    this.#requireOpen();
    await rotateEpoch(this.#parts);
    return this.epoch();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#wipeTimer);
    this.#cache.wipeAll();
  }

  /** Makes or finds the key that names the slots. @returns its id, by which a vault knows itself. */
  async nameKeyId(): Promise<string> {
    return (await this.#nameKey()).keyId;
  }

  async #newest(slot: string, rule: NewestRule): Promise<DataKey> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const state = this.#parts.slots.look(slot);
      if (state.kind === 'destroyed') throw destroyed(slot);
      if (state.kind === 'missing') {
        await rule.mayBeMade();
        await this.#make(slot, 1);
        continue;
      }
      const key = await this.#load(slot, state.newestVersion);
      if (key === undefined) continue;
      if (await rule.isUsable(key)) return key;
      await this.#make(slot, state.newestVersion + 1);
    }
    throw contended(slot);
  }

  async #make(slot: string, version: number): Promise<void> {
    await once(this.#making, `${slot}:${version}`, async () => {
      const keyId = `key_${randomBytes(16).toString('hex')}`;
      await this.#parts.slots.add(slot, await this.#parts.keyring.create({ slot, keyId, version }));
    });
  }

  /** Undefined when the version is not there (any more): look again. */
  async #load(slot: string, version: number): Promise<WipeableKey | undefined> {
    const cached = this.#cache.get(slot, version, this.#nowMs());
    if (cached !== undefined) return cached;
    return once(this.#loading, `${slot}:${version}`, async () => {
      const material = await this.#unwrap(slot, version);
      if (material === undefined) return undefined;
      // It may have been destroyed, or the vault closed, while the KMS answered. From here on nothing is awaited.
      if (this.#isClosed || this.#parts.slots.look(slot).kind !== 'live') {
        material.bytes.fill(0);
        this.#requireOpen();
        return undefined;
      }
      const key = new WipeableKey(material.keyId, version, material.bytes);
      this.#cache.put(slot, key, this.#nowMs());
      return key;
    });
  }

  /** A key that does not unwrap is damaged, unless it was wrapped anew or destroyed after it was read. */
  async #unwrap(slot: string, version: number): Promise<{ keyId: string; bytes: Buffer } | undefined> {
    const { slots, keyring } = this.#parts;
    for (let key = await slots.read(slot, version); key !== undefined;) {
      try {
        return { keyId: key.keyId, bytes: await keyring.unwrap(key, slot) };
      } catch (error) {
        const now = await slots.read(slot, version);
        if (now?.wrapped === key.wrapped) throw error;
        key = now;
      }
    }
    return undefined;
  }

  async #countSeals(slot: string, key: WipeableKey, valueCount: number): Promise<boolean> {
    const { valuesPerKey, valuesPerBlock } = this.#options.sealLimit;
    const blocks = sealBlocks(this.#options.sealLimit, key.sealsLeft, valueCount);
    if (blocks > 0) {
      const counted = await this.#parts.slots.count(slot, key.version, blocks);
      if (counted === 'gone') throw destroyed(slot);
      if (counted * valuesPerBlock > valuesPerKey) return false;
      key.sealsLeft += blocks * valuesPerBlock;
      await this.#parts.slots.makeDurable(slot);
    }
    key.sealsLeft -= valueCount;
    return true;
  }

  async #requireNotErased(subject: string): Promise<void> {
    const slot = await this.#slotOf('person', subject, wholePerson);
    if (this.#parts.slots.look(slot).kind === 'destroyed') throw destroyed(slot);
  }

  async #destroySlot(slot: string): Promise<Tombstone> {
    const tombstone = await this.#parts.slots.destroy(slot, this.#options.now().toISOString());
    for (const [id, loading] of this.#loading) {
      if (id.startsWith(slot)) await loading.catch(() => undefined);
    }
    this.#cache.drop(slot);
    return tombstone;
  }

  async #proveAbsence(slots: readonly string[]): Promise<DestructionProof['absence']> {
    for (const slot of slots) await this.#requireAbsent(slot);
    const checkedAt = this.#options.now().toISOString();
    return { checkedAt, liveKeys: 0, copiesBeingDestroyed: 0, copiesBeingWritten: 0, keysInMemory: 0 };
  }

  /** Others may still be writing a copy that they will not be able to put in place; so look more than once. */
  async #requireAbsent(slot: string): Promise<void> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      if ((await this.#parts.slots.countRemains(slot)) + this.#cache.count(slot) === 0) return;
      await this.#parts.slots.shredRemains(slot);
    }
    throw new VaultError('residue', `Slot ${slot} was destroyed and is still there`);
  }

  async #slotOf(...parts: string[]): Promise<string> {
    this.#requireOpen();
    const nameKey = await this.#nameKey();
    return nameKey.use((material) =>
      createHmac('sha256', material).update(lengthPrefixed(parts)).digest('hex'),
    );
  }

  async #nameKey(): Promise<DataKey> {
    return this.#newest(namesSlot, { mayBeMade: async () => undefined, isUsable: async () => true });
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new VaultError('closed', 'The vault is closed');
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

interface NewestRule {
  /** Throws when no key may be made. */
  readonly mayBeMade: () => Promise<void>;
  /** False asks for the next version. */
  readonly isUsable: (key: WipeableKey) => Promise<boolean>;
}

/** Runs work once for all who ask while it runs. */
async function once<T>(running: Map<string, Promise<T>>, id: string, work: () => Promise<T>): Promise<T> {
  const already = running.get(id);
  if (already !== undefined) return already;
  const started = work().finally(() => running.delete(id));
  running.set(id, started);
  return started;
}

function destroyedKeys(classes: readonly string[], tombstones: readonly Tombstone[]): DestroyedKey[] {
  return keyClasses.flatMap((keyClass) => {
    const tombstone = tombstones[classes.indexOf(keyClass)];
    return (tombstone?.keys ?? []).map(({ keyId, version, epoch }) => ({ keyClass, keyId, version, epoch }));
  });
}

function destroyed(slot: string): VaultError {
  return new VaultError('key-destroyed', `The key in slot ${slot} was destroyed`);
}

function contended(slot: string): VaultError {
  return new VaultError('contended', `Slot ${slot} changed each time it was looked at`);
}
