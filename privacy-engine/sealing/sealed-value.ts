import { SealError } from './seal-error.ts';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a value is before it is sealed and after it is opened. SQL null is not sealed: it stays null. */
export interface SealedTypes {
  readonly text: string;
  readonly json: JsonValue;
  readonly bigint: bigint;
  readonly date: Date;
  readonly bytes: Buffer;
}
export type SealedType = keyof SealedTypes;

/** Sealed together with the value, so that a text cannot be opened as JSON. Never renumber. */
const tagOf: Record<SealedType, number> = { text: 1, json: 2, bigint: 3, date: 4, bytes: 5 };

export function encodeValue<T extends SealedType>(type: T, value: SealedTypes[T]): Buffer {
  if (type === 'bytes' && Buffer.isBuffer(value)) return Buffer.concat([Buffer.of(tagOf.bytes), value]);
  const text = textOf(type, value);
  const encoded = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  encoded[0] = tagOf[type];
  encoded.write(text, 1);
  return encoded;
}

/** @throws SealError `other-type` when the value was sealed as another type. */
export function decodeValue<T extends SealedType>(type: T, encoded: Buffer): SealedTypes[T] {
  if (encoded[0] !== tagOf[type]) throw new SealError('other-type', `The sealed value is no ${type}`);
  return valueOf(type, encoded.subarray(1));
}

/** @throws SealError `not-sealable` for what would not come back the same. */
function textOf<T extends SealedType>(type: T, value: SealedTypes[T]): string {
  if (type === 'text' && typeof value === 'string') {
    // Half of a surrogate pair has no UTF-8 form and would come back as U+FFFD.
    if (/\p{Surrogate}/u.test(value)) throw notSealable(type);
    return value;
  }
  if (type === 'bigint' && typeof value === 'bigint') return value.toString();
  if (type === 'date' && value instanceof Date && !Number.isNaN(value.getTime()))
    return String(value.getTime());
  if (type === 'json' && isJson(value)) return JSON.stringify(value);
  throw notSealable(type);
}

/** Whether JSON brings the value back: it leaves out what is undefined, and turns NaN into null and a date into text. */
function isJson(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return Array.from(value).every(isJson);
  return isPlainObject(value) && Object.values(value).every(isJson);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Guarantee: `decodeValue` has seen the tag that `encodeValue` wrote for this type. */
function valueOf<T extends SealedType>(type: T, encoded: Buffer): SealedTypes[T] {
  const parse: { [K in SealedType]: (value: Buffer) => SealedTypes[K] } = {
    text: (value) => value.toString('utf8'),
    json: (value) => JSON.parse(value.toString('utf8')) as JsonValue,
    bigint: (value) => BigInt(value.toString('utf8')),
    date: (value) => new Date(Number(value.toString('utf8'))),
    bytes: (value) => value,
  };
  return parse[type](encoded);
}

function notSealable(type: SealedType): SealError {
  return new SealError('not-sealable', `The value is no ${type} that could be opened unchanged`);
}
