import { randomUUID } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';
import { z } from 'zod';

/** Prefixes of ids in order of time. Every module adds its own, see `ids` of `defineModule`. */
export interface Ids {
  /** A request, a job or a command: what its log lines have in common. */
  readonly req: true;
}

/**
 * Prefixes of names that outlive a person, or what was promised to one. They must not tell when the person registered
 * or left, so they have no instant in them and no order.
 */
export interface TimelessIds {}

const suffix = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** A new TypeID in order of time (UUIDv7): `req_01h455vb4pex5vsknk084sn02q` says what it names and survives copying. */
export function newId(prefix: keyof Ids): string {
  return typeidUnboxed(prefix);
}

/** A new TypeID of random bits alone (UUIDv4). */
export function newTimelessId(prefix: keyof Ids | keyof TimelessIds): string {
  return TypeID.fromUUID(prefix, randomUUID()).toString();
}

const base32 = '0123456789abcdefghjkmnpqrstvwxyz';
const timedId = new RegExp(`^[a-z_]+_(${suffix})$`);

/** The UTC day an id was made on, `2026-11-02`: the first 48 bits of its UUIDv7 are milliseconds. @throws for no id of ours. */
export function dayOfId(id: string): string {
  const digits = timedId.exec(id)?.[1];
  if (digits === undefined) throw new Error('not an id of ours');
  let milliseconds = 0;
  for (const digit of digits.slice(0, 10)) milliseconds = milliseconds * 32 + base32.indexOf(digit);
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Whether a text has the form of an id, whatever it names. */
export function isIdShaped(text: string): boolean {
  return timedId.test(text);
}

/** Validates the form of an id at the edge. */
export function idSchema(prefix: keyof Ids | keyof TimelessIds) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${suffix}$`), `must be an id like ${prefix}_01h455vb4pex5vsknk084sn02q`);
}
