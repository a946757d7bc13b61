import {
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';

/** A private Ed25519 key, ready to sign. Its id is the thumbprint of its public half (RFC 7638): it is not assigned. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: PublicJwk;
}

/** The public half as it is published (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** All public keys a verifier accepts (RFC 7517): the signing one and every retired one whose signatures still count. */
export interface PublicKeySet {
  readonly keys: readonly PublicJwk[];
}

/** A new private key as JWK, for the keeper of secrets. */
export async function createPrivateJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return exportJWK(privateKey);
}

/** @throws TypeError for anything but a private Ed25519 key. */
export async function openSigningKey(privateJwk: JWK): Promise<SigningKey> {
  const { x, d } = privateJwk;
  if (privateJwk.kty !== 'OKP' || privateJwk.crv !== 'Ed25519' || x === undefined || d === undefined) {
    throw new TypeError('not a private Ed25519 key');
  }
  const publicPart = { kty: 'OKP', crv: 'Ed25519', x } as const;
  const privateKey = await importJWK({ ...publicPart, d }, 'EdDSA');
  if (privateKey instanceof Uint8Array) throw new TypeError('not a private Ed25519 key');
  const keyId = await calculateJwkThumbprint(publicPart);
  return { keyId, privateKey, publicJwk: { ...publicPart, kid: keyId, use: 'sig', alg: 'EdDSA' } };
}

/**
 * What is published. Rotation is: sign with a new key, leave the old public key in. A key that may have leaked is
 * taken out, and with it everything it signed.
 */
export function publicKeySet(...keys: readonly Pick<SigningKey, 'publicJwk'>[]): PublicKeySet {
  return { keys: keys.map((key) => key.publicJwk) };
}
