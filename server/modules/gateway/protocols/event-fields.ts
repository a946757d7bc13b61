import type { JsonMember } from '../../../kernel/json-members.ts';
import { fieldsOf, replyMembers } from '../usage.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an event's data; null when it is no JSON object. */
export function parseFields(data: Buffer): Fields | null {
  const value = parseJson(data);
  return Array.isArray(value) ? null : fieldsOf(value);
}

/** Null when it is no JSON. */
export function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
}

/** The bytes with another object in place of the one under `name`; as they are where there is none. */
export function withMember(
  data: Buffer,
  name: string,
  change: (object: Buffer, members: ReadonlyMap<string, JsonMember>) => Buffer,
): Buffer {
  const member = replyMembers(data)?.get(name);
  if (member === undefined) return data;
  const object = data.subarray(member.valueStart, member.valueEnd);
  const members = replyMembers(object);
  if (members === null) return data;
  return Buffer.concat([
    data.subarray(0, member.valueStart),
    change(object, members),
    data.subarray(member.valueEnd),
  ]);
}
