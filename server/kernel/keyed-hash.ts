import { createHmac } from 'node:crypto';

/**
 * A hash that only this installation can make: for values that must be found or compared again but never read, such
 * as the telephone number a code was sent to. The domain keeps equal values of different kinds apart.
 */
export type KeyedHash = (domain: string, value: string) => string;

export function createKeyedHash(secret: string): KeyedHash {
  return (domain, value) => createHmac('sha256', secret).update(`${domain}\0${value}`).digest('base64url');
}
