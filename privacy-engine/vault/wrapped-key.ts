import { VaultError } from './vault-error.ts';

/** A data key as it lies on the disk. Contains no secret without the key of its epoch, and no person. */
export interface WrappedKey {
  readonly keyId: string;
  readonly version: number;
  readonly epoch: number;
  /** Opaque to all but the keyring that made it. */
  readonly wrapped: string;
}

/** Where a wrapped key belongs. `slot` stands for the person and the class, through a keyed hash. */
export interface KeyPlace {
  readonly slot: string;
  readonly keyId: string;
  readonly version: number;
}

/** What stays when a key is gone: the proof that it was destroyed, and the refusal to make another. */
export interface Tombstone {
  readonly destroyedAt: string;
  readonly keys: readonly { readonly keyId: string; readonly version: number; readonly epoch: number }[];
}

export function encodeWrappedKey(key: WrappedKey): string {
  return `${JSON.stringify({ format: 1, ...key })}\n`;
}

/** @throws VaultError `corrupt` */
export function decodeWrappedKey(text: string, place: string): WrappedKey {
  const { format, keyId, version, epoch, wrapped } = parseObject(text, place);
  if (format !== 1 || typeof keyId !== 'string' || typeof wrapped !== 'string') throw notOurs(place);
  return { keyId, version: positive(version, place), epoch: positive(epoch, place), wrapped };
}

export function encodeTombstone(tombstone: Tombstone): string {
  return `${JSON.stringify({ format: 1, ...tombstone })}\n`;
}

/** @throws VaultError `corrupt` */
export function decodeTombstone(text: string, place: string): Tombstone {
  const { format, destroyedAt, keys } = parseObject(text, place);
  if (format !== 1 || typeof destroyedAt !== 'string' || !Array.isArray(keys)) throw notOurs(place);
  return {
    destroyedAt,
    keys: keys.map((key: unknown) => {
      if (!isObject(key) || typeof key['keyId'] !== 'string') throw notOurs(place);
      return {
        keyId: key['keyId'],
        version: positive(key['version'], place),
        epoch: positive(key['epoch'], place),
      };
    }),
  };
}

/** @throws VaultError `corrupt` */
export function parseObject(text: string, place: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new VaultError('corrupt', `${place} is not a file this vault wrote`, { cause: error });
  }
  if (!isObject(value)) throw notOurs(place);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function positive(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw notOurs(place);
  return value;
}

function notOurs(place: string): VaultError {
  return new VaultError('corrupt', `${place} is not a file this vault wrote`);
}
