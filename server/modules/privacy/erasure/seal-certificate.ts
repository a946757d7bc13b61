import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const prefix = 'c1.';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
/** Certificates are filled up to a multiple of this: their length would tell how many kinds of data there were. */
const blockBytes = 4096;

/**
 * Seals a certificate so that only the holder of the reference reads it. Its counts and instants are the person's to
 * show; for any other reader of the database they would lead to the rows a law keeps.
 */
export function sealCertificate(certificate: string, reference: string): string {
  const plain = Buffer.alloc(Math.ceil(certificate.length / blockBytes) * blockBytes, ' ');
  plain.write(certificate, 'latin1');
  const [salt, nonce] = [randomBytes(saltBytes), randomBytes(nonceBytes)];
  const cipher = createCipheriv('aes-256-gcm', keyOf(reference, salt), nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return prefix + Buffer.concat([salt, nonce, text, cipher.getAuthTag()]).toString('base64url');
}

/** Certificates from before they were sealed come back as they are. @throws Error with another reference. */
export function openCertificate(stored: string, reference: string): string {
  if (!stored.startsWith(prefix)) return stored;
  const bytes = Buffer.from(stored.slice(prefix.length), 'base64url');
  const salt = bytes.subarray(0, saltBytes);
  const nonce = bytes.subarray(saltBytes, saltBytes + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(reference, salt), nonce);
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const text = bytes.subarray(saltBytes + nonceBytes, bytes.length - tagBytes);
  return Buffer.concat([decipher.update(text), decipher.final()])
    .toString('latin1')
    .trimEnd();
}

function keyOf(reference: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', reference, salt, 'candor erasure certificate', 32));
}
