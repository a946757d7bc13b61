import type { KeyClass } from '../declaration-types.ts';
import type { ErasureLedger } from '../erasure/erasure-ledger.ts';
import type { Anchor } from '../transparency/anchor.ts';

/** One place for keys of persons, outside the database's files, log and backups. Every driver keeps these promises. */
export interface KeyVault {
  /**
   * The key that seals new values of a person, made on first use; the same for every caller in every process.
   * `valueCount` is how many values will be sealed with it: each is counted against the limit of the cipher.
   * @throws VaultError `key-destroyed`, for ever, once the key or the person was destroyed.
   */
  dek(subject: string, keyClass: KeyClass, valueCount?: number): Promise<DataKey>;
  /** The key that opens values sealed with a version of it (default: the newest). Never makes one. */
  find(subject: string, keyClass: KeyClass, version?: number): Promise<KeyLookup>;
  /** Destroys every version of a person's key. Repeating it is harmless and proves the absence anew. */
  destroy(subject: string, keyClass: KeyClass | 'all'): Promise<DestructionProof>;
  /** A key for blind indexes; a new name is a new key. */
  blindIndexKey(name: string): Promise<DataKey>;
  /** Which generation of key-encryption keys wraps the data keys. */
  epoch(): Promise<EpochState>;
  /**
   * Wraps every surviving key under a new epoch and destroys the old ones, so that copies of wrapped keys that have
   * strayed die. Finishes an interrupted rotation instead of starting another.
   */
  rotateEpoch(): Promise<EpochState>;
  /** Who was erased: kept with the keys, because it must survive whatever happens to the database. */
  readonly erasures: ErasureLedger;
  /** What was signed of the audit log: it survives a backup that takes the database and the other anchors back. */
  readonly auditLog: Anchor;
  /** Wipes the unwrapped keys in memory. */
  close(): void;
}

export interface DataKey {
  /** Random and public: names the key in proofs and in the audit log. */
  readonly keyId: string;
  readonly version: number;
  /**
   * Lends the 32 bytes for the length of one synchronous call; `work` must not keep them.
   * @throws VaultError `key-wiped`. Fetch a key where it is used; do not keep it.
   */
  use<T>(work: (material: Buffer) => T): T;
}

/** "Destroyed" is an answer. "Missing" is not the same: a value whose key was not destroyed means a wrong vault. */
export type KeyLookup =
  | { readonly state: 'live'; readonly key: DataKey }
  | { readonly state: 'destroyed'; readonly destroyedAt: string }
  | { readonly state: 'missing' };

export interface DestroyedKey {
  readonly keyClass: KeyClass;
  readonly keyId: string;
  readonly version: number;
  /** The epoch it was wrapped under: strayed copies of the wrapped key die with that epoch. */
  readonly epoch: number;
}

/** For the certificate of an erasure. Names keys, no person. */
export interface DestructionProof {
  /** When the first destruction was recorded; the same however often it is repeated. */
  readonly destroyedAt: string;
  /** What was destroyed; empty when the person never had such a key. */
  readonly keys: readonly DestroyedKey[];
  /** What a fresh look found afterwards. All zeros, or `destroy` throws `residue`. */
  readonly absence: {
    readonly checkedAt: string;
    readonly liveKeys: 0;
    readonly copiesBeingDestroyed: 0;
    readonly copiesBeingWritten: 0;
    readonly keysInMemory: 0;
  };
}

export interface EpochState {
  readonly current: number;
  /** When the older epochs were closed, or the vault was made: copies of wrapped keys are good since then at most. */
  readonly startedAt: string;
  /** Older epochs whose keys still exist. Not empty after an interrupted rotation: call `rotateEpoch`. */
  readonly draining: readonly number[];
}

/** A record instead of a list, so that a new class does not compile until it is here. */
const everyKeyClass: Record<KeyClass, true> = {
  core: true,
  kyc: true,
  billing: true,
  content: true,
  evidence: true,
};

/** Guarantee: the keys of a record over `KeyClass`. */
export const keyClasses = Object.keys(everyKeyClass) as readonly KeyClass[];
