import { createHmac } from 'node:crypto';
import type { DataKey } from '../vault/key-vault.ts';
import { lengthPrefixed } from '../vault/length-prefixed.ts';

/**
 * 128 bits: as many as RFC 2104 §5 asks for when an HMAC is cut, and enough that among 10^9 values two share an index
 * with a chance of about 10^-21, so that a unique index may stand on it. Cutting loses nothing that is needed.
 */
export const blindIndexBytes = 16;

/**
 * Finds equal values without showing them: HMAC-SHA-256 under a key of the vault. The same value gives another index
 * in another column, so that indexes cannot be joined. Equal values of one column still show that they are equal, and
 * a holder of the key can try all telephone numbers: the index is personal data and is erased with the row.
 */
export function blindIndex(key: DataKey, table: string, column: string, normalisedValue: string): Buffer {
  const message = lengthPrefixed(['candor blind index', table, column, normalisedValue]);
  const whole = key.use((material) => createHmac('sha256', material).update(message).digest());
  return whole.subarray(0, blindIndexBytes);
}
