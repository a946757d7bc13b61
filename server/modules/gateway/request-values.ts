import { type JsonMember, MalformedJson, parseMember } from '../../kernel/json-members.ts';
import { malformedRequest } from './problems.ts';

/** A small field of the body, parsed. */
export type Read = (name: string) => unknown;

/** A body of which the members are known and no value but small ones is parsed. */
export interface ReadableBody {
  readonly body: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly read: Read;
}

/** @throws `gateway.malformed_request` for a value that is no JSON. */
export function valueIn(body: Buffer, member: JsonMember, name: string): unknown {
  try {
    return parseMember(body, member);
  } catch (error) {
    if (error instanceof MalformedJson) throw invalid(name, 'is not valid JSON');
    throw error;
  }
}

/** Servers take 0 and -1 for no bound, or for no answer; what they make of it is theirs, so nothing is known here. */
export function limitOf(value: unknown, name: string): number | null {
  return value === 0 || value === -1 ? null : countOf(value, name, Number.MAX_SAFE_INTEGER);
}

export function countOf(value: unknown, name: string, max: number): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isSafeInteger(value)) throw invalid(name, 'must be a whole number');
  const count = value as number;
  if (count < 1 || count > max) throw invalid(name, `must be between 1 and ${max}`);
  return count;
}

export function booleanOf(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(name, 'must be true or false');
  return value;
}

/** A short word; null when it is left out. */
export function wordOf(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '' || value.length > 64) throw invalid(name, 'must be a word');
  return value;
}

export function missing(param: string) {
  return malformedRequest({ detail: `Missing required parameter: '${param}'.`, param });
}

export function invalid(param: string, rule: string) {
  return malformedRequest({ detail: `Invalid value for '${param}': it ${rule}.`, param });
}
