import canonicalize from 'canonicalize';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The one byte sequence of a JSON value (RFC 8785): sorted keys, no spaces, one spelling per number. What is hashed or
 * signed goes through here, so that the same facts have the same bytes on every machine.
 * @throws Error for what has no such bytes: infinity, half a surrogate pair.
 */
export function canonicalBytes(value: JsonValue): Uint8Array<ArrayBuffer> {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return new TextEncoder().encode(text);
}
