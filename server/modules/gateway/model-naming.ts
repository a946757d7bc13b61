import type { JsonMember } from '../../kernel/json-members.ts';

/** Puts the model's public name where an upstream wrote its own: whose model it is in truth is not for the client. */
export interface ModelNaming {
  /** Remembers how the upstream writes the name in an object whose members are known. */
  learn(json: Buffer, members: ReadonlyMap<string, JsonMember>): void;
  /** The bytes with the public name; null where a name stands in them that is not known, so that they must be read. */
  rename(bytes: Buffer): Buffer | null;
}

const nameNeedle = Buffer.from('"model"');
const isText = /^\s*:\s*"/;

export function createModelNaming(publicId: string): ModelNaming {
  const wanted = Buffer.from(`"model":${JSON.stringify(publicId)}`);
  /** Member and value, byte by byte as the upstream sends them. */
  let seen: Buffer | null = null;

  return {
    learn(json, members) {
      const member = members.get('model');
      if (member !== undefined) seen = Buffer.from(json.subarray(member.nameStart, member.valueEnd));
    },
    rename(bytes) {
      const parts: Buffer[] = [];
      let start = 0;
      for (let at = bytes.indexOf(nameNeedle); at !== -1; at = bytes.indexOf(nameNeedle, at + 1)) {
        const after = at + nameNeedle.length;
        if (!isText.test(bytes.toString('latin1', after, after + 16))) continue;
        if (seen === null || !bytes.subarray(at, at + seen.length).equals(seen)) return null;
        parts.push(bytes.subarray(start, at), wanted);
        start = at + seen.length;
      }
      if (parts.length === 0 || seen?.equals(wanted) === true) return bytes;
      return Buffer.concat([...parts, bytes.subarray(start)]);
    },
  };
}

/** A whole reply with the public name of its model. */
export function withPublicModel(
  json: Buffer,
  members: ReadonlyMap<string, JsonMember>,
  publicId: string,
): Buffer {
  const member = members.get('model');
  if (member === undefined) return json;
  const name = Buffer.from(JSON.stringify(publicId));
  return Buffer.concat([json.subarray(0, member.valueStart), name, json.subarray(member.valueEnd)]);
}
