import { base64url, CompactSign, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { canonicalBytes, type JsonObject } from './canonical-bytes.ts';
import type { PublicKeySet, SigningKey } from './signing-key.ts';

/**
 * What a signature is about. It is part of what is signed (`typ`, RFC 8725 §3.11), so that a tree head can never be
 * shown as a receipt although one key signs both.
 */
export type DocumentKind = 'receipt' | 'certificate' | 'tree-head' | 'tree-cut' | 'shown-token';

/** A normal "no" is data: everyone may present a document, and most who present a bad one do so in good faith. */
export type DocumentReading =
  | { readonly isGenuine: true; readonly keyId: string; readonly payload: JsonObject }
  | {
      readonly isGenuine: false;
      readonly reason: 'malformed' | 'wrong_kind' | 'unknown_key' | 'bad_signature';
    };

/** Signs canonical JSON as compact JWS (RFC 7515, EdDSA). The same payload and key give the same text. */
export async function signDocument(
  key: SigningKey,
  kind: DocumentKind,
  payload: JsonObject,
): Promise<string> {
  return new CompactSign(canonicalBytes(payload))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ: typeOf(kind) })
    .sign(key.privateKey);
}

/**
 * Reads a document with nothing but public keys: no network, no clock, no database. It accepts exactly what
 * `signDocument` writes; a header it does not know, a second spelling of the same bytes or JSON that is not canonical
 * is refused, so that a genuine document is genuine in every character.
 */
export async function readDocument(
  kind: DocumentKind,
  text: string,
  keySet: PublicKeySet,
): Promise<DocumentReading> {
  const header = findHeader(text);
  if (header === undefined) return { isGenuine: false, reason: 'malformed' };
  if (header.typ !== typeOf(kind)) return { isGenuine: false, reason: 'wrong_kind' };
  const jwk = keySet.keys.find((key) => key.kid === header.kid);
  if (jwk === undefined) return { isGenuine: false, reason: 'unknown_key' };
  const key = await importJWK({ kty: jwk.kty, crv: jwk.crv, x: jwk.x }, 'EdDSA');
  const verified = await compactVerify(text, key, { algorithms: ['EdDSA'] }).catch(() => undefined);
  if (verified === undefined) return { isGenuine: false, reason: 'bad_signature' };
  const payload = findCanonicalObject(verified.payload);
  if (payload === undefined) return { isGenuine: false, reason: 'malformed' };
  return { isGenuine: true, keyId: jwk.kid, payload };
}

function typeOf(kind: DocumentKind): string {
  return `privacy-${kind}+jws`;
}

function findHeader(text: string): { readonly kid: string; readonly typ: string } | undefined {
  const segments = text.split('.');
  if (segments.length !== 3 || !segments.every(isCanonicalBase64Url)) return undefined;
  try {
    const { alg, kid, typ, ...others } = decodeProtectedHeader(text);
    if (alg !== 'EdDSA' || kid === undefined || typ === undefined) return undefined;
    return Object.keys(others).length === 0 ? { kid, typ } : undefined;
  } catch {
    return undefined;
  }
}

/** The last character of a segment has unused bits, which decoders ignore: two texts, one signature. */
function isCanonicalBase64Url(segment: string): boolean {
  try {
    return base64url.encode(base64url.decode(segment)) === segment;
  } catch {
    return false;
  }
}

function findCanonicalObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    if (!isJsonObject(value)) return undefined;
    const canonical = canonicalBytes(value);
    const isSame =
      canonical.length === bytes.length && canonical.every((byte, index) => byte === bytes[index]);
    return isSame ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Guarantee: called on what `JSON.parse` returned, whose objects hold nothing but JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
