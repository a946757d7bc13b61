import type { KeyPlace, WrappedKey } from './wrapped-key.ts';

/** The key-encryption keys of a vault: the part in which its drivers differ. */
export interface Keyring {
  readonly driver: 'local' | 'transit';
  /** Makes the first epoch of a new vault. @throws VaultError when an existing vault has lost its keys. */
  prepare(isNewVault: boolean): Promise<void>;
  /** Epochs whose key exists, ascending; the last one wraps. */
  epochs(): Promise<readonly number[]>;
  /** A fresh random data key, already wrapped. */
  create(place: KeyPlace): Promise<WrappedKey>;
  /** @throws VaultError `corrupt` when the key was wrapped for another place. */
  unwrap(key: WrappedKey, slot: string): Promise<Buffer>;
  /** The same keys under the newest epoch, in the same order. */
  rewrap(keys: readonly { readonly slot: string; readonly key: WrappedKey }[]): Promise<WrappedKey[]>;
  /** @returns the number of the new epoch. */
  openNextEpoch(): Promise<number>;
  /** Destroys the keys of all older epochs and looks that they are gone. */
  destroyEpochsBefore(epoch: number): Promise<void>;
}
