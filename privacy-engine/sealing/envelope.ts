import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { KeyClass } from '../declaration-types.ts';
import type { DataKey } from '../vault/key-vault.ts';
import { lengthPrefixed } from '../vault/length-prefixed.ts';
import { writeFreshNonce } from './fresh-nonce.ts';
import { SealError } from './seal-error.ts';
import { decodeValue, encodeValue, type SealedType, type SealedTypes } from './sealed-value.ts';

/** Where a value lives and whose it is. A sealed value opens in its own cell only. */
export interface Cell {
  /** Of the database, with its schema. Renaming a table or a column therefore means sealing its values anew. */
  readonly table: string;
  readonly column: string;
  /** The primary key, as text. */
  readonly row: string;
  readonly subject: string;
  readonly keyClass: KeyClass;
}

/** format (1 byte) · key version (4, big endian) · nonce (12) · cipher text · tag (16) */
const format = 1;
const nonceAt = 5;
const textAt = 17;
const tagBytes = 16;

/** How much longer a sealed value is than its UTF-8: the envelope and one byte for its type. */
export const envelopeOverheadBytes = textAt + tagBytes + 1;

/**
 * Seals one value with AES-256-GCM and a random 96-bit nonce. The key's vault counts how often that is done (NIST SP
 * 800-38D §8.3), so fetch the key with the number of values it shall seal.
 */
export function seal<T extends SealedType>(key: DataKey, type: T, value: SealedTypes[T], cell: Cell): Buffer {
  const plain = encodeValue(type, value);
  const envelope = Buffer.allocUnsafe(textAt + plain.length + tagBytes);
  envelope[0] = format;
  envelope.writeUInt32BE(key.version, 1);
  const nonce = envelope.subarray(nonceAt, textAt);
  writeFreshNonce(nonce);
  return key.use((material) => {
    const cipher = createCipheriv('aes-256-gcm', material, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(cell, key.version));
    envelope.set(cipher.update(plain), textAt);
    cipher.final();
    envelope.set(cipher.getAuthTag(), textAt + plain.length);
    return envelope;
  });
}

/** @throws SealError when anything about the value or its place is not as it was when it was sealed. */
export function open<T extends SealedType>(
  key: DataKey,
  type: T,
  envelope: Buffer,
  cell: Cell,
): SealedTypes[T] {
  if (keyVersionOf(envelope) !== key.version) {
    throw new SealError(
      'other-version',
      `${cell.table}.${cell.column} was sealed with another version of the key`,
    );
  }
  const tagAt = envelope.length - tagBytes;
  return key.use((material) => {
    const nonce = envelope.subarray(nonceAt, textAt);
    const decipher = createDecipheriv('aes-256-gcm', material, nonce, { authTagLength: tagBytes });
    decipher.setAAD(associatedData(cell, key.version));
    decipher.setAuthTag(envelope.subarray(tagAt));
    const plain = decipher.update(envelope.subarray(textAt, tagAt));
    try {
      decipher.final();
    } catch (error) {
      throw new SealError('does-not-open', `A value of ${cell.table}.${cell.column} does not open here`, {
        cause: error,
      });
    }
    return decodeValue(type, plain);
  });
}

/** Which version of the person's key opens the envelope. @throws SealError `no-envelope` */
export function keyVersionOf(envelope: Buffer): number {
  if (envelope.length < envelopeOverheadBytes || envelope[0] !== format) {
    throw new SealError('no-envelope', 'The value is not sealed');
  }
  return envelope.readUInt32BE(1);
}

/** Stands in for a value that was erased or cannot be read: no key has version nought. */
export function neverSealed(): Buffer {
  const envelope = Buffer.alloc(envelopeOverheadBytes);
  envelope[0] = format;
  return envelope;
}

/** For a check constraint on columns of type text: a plain value is not accepted. */
export const sealedTextPattern = '^s1\\.[A-Za-z0-9_-]{46,}$';

/** The same envelope for columns of type text; `bytea` is a quarter shorter. */
export function toSealedText(envelope: Buffer): string {
  return `s1.${envelope.toString('base64url')}`;
}

/** @throws SealError `no-envelope` */
export function fromSealedText(text: string): Buffer {
  if (!new RegExp(sealedTextPattern).test(text))
    throw new SealError('no-envelope', 'The value is not sealed');
  return Buffer.from(text.slice(3), 'base64url');
}

/** Exactly table, column, row, subject, class and key version, each with its length. */
function associatedData({ table, column, row, subject, keyClass }: Cell, keyVersion: number): Buffer {
  return lengthPrefixed([table, column, row, subject, keyClass, String(keyVersion)]);
}
