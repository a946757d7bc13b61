import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readSecret } from '../../kernel/secrets.ts';

/** Encrypts keys of upstreams, so that a copy of the database alone opens no account elsewhere. */
export interface KeySeal {
  seal(upstreamId: string, key: string): string;
  /** @throws when the text was sealed for another upstream, under another secret, or was changed. */
  open(upstreamId: string, sealed: string): string;
}

const algorithm = 'aes-256-gcm';
const secretName = 'upstream-keys';
const nonceBytes = 12;
const tagBytes = 16;

export async function readKeySeal(dataDir: string): Promise<KeySeal> {
  const secret = await readSecret(dataDir, secretName, () => randomBytes(32).toString('base64url'));
  return createKeySeal(Buffer.from(secret, 'base64url'));
}

export function createKeySeal(secret: Buffer): KeySeal {
  return {
    seal(upstreamId, key) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, secret, nonce, { authTagLength: tagBytes }).setAAD(
        Buffer.from(upstreamId),
      );
      const body = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(upstreamId, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(upstreamId))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([
        decipher.update(bytes.subarray(nonceBytes + tagBytes)),
        decipher.final(),
      ]).toString('utf8');
    },
  };
}
