import { type JsonMember, MalformedJson, parseMember } from '../../../kernel/json-members.ts';

/** The value of a member of a reply; undefined when it is missing or no JSON. */
export function memberValue(json: Buffer, members: ReadonlyMap<string, JsonMember>, name: string): unknown {
  const member = members.get(name);
  if (member === undefined) return undefined;
  try {
    return parseMember(json, member);
  } catch (error) {
    if (error instanceof MalformedJson) return undefined;
    throw error;
  }
}
