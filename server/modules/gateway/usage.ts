import { type JsonMember, MalformedJson, parseMember, readMembers } from '../../kernel/json-members.ts';

/** What an upstream says it read and wrote. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Reads OpenAI's `usage` object; null for anything else, also for numbers nobody could have counted. Every request has
 * input, so a server that counts none of it has not counted.
 */
export function usageOf(value: unknown): TokenUsage | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const inputTokens = countOf(fields['prompt_tokens']);
  if (inputTokens === null || inputTokens === 0) return null;
  const outputTokens = fields['completion_tokens'] === undefined ? 0 : countOf(fields['completion_tokens']);
  return outputTokens === null ? null : { inputTokens, outputTokens };
}

/** Above this a count is a mistake or an attack on somebody's wallet. */
const maxTokens = 100_000_000;

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxTokens
    ? value
    : null;
}

/** The members of a JSON reply, or null when it is not an object. */
export function replyMembers(json: Buffer): Map<string, JsonMember> | null {
  try {
    return readMembers(json);
  } catch (error) {
    if (error instanceof MalformedJson) return null;
    throw error;
  }
}

/** `usage` of the outermost object, so that a field of that name inside a tool's result is not believed. */
export function usageIn(json: Buffer, members: ReadonlyMap<string, JsonMember>): TokenUsage | null {
  const member = members.get('usage');
  if (member === undefined) return null;
  try {
    return usageOf(parseMember(json, member));
  } catch (error) {
    if (error instanceof MalformedJson) return null;
    throw error;
  }
}

/** Whether a reply says anything about usage, believable or not. Most events say `"usage":null`. */
export function hasUsage(members: ReadonlyMap<string, JsonMember>, json: Buffer): boolean {
  return valueOf(members.get('usage'), json) !== 'null';
}

/** The reply with `null` in the place of its usage. */
export function withoutUsage(members: ReadonlyMap<string, JsonMember>, json: Buffer): Buffer {
  const member = members.get('usage');
  if (member === undefined) return json;
  return Buffer.concat([
    json.subarray(0, member.valueStart),
    Buffer.from('null'),
    json.subarray(member.valueEnd),
  ]);
}

/** Whether a reply is a report of a failure, in OpenAI's form or in the flat one of some servers. */
export function reportsError(members: ReadonlyMap<string, JsonMember>, json: Buffer): boolean {
  return valueOf(members.get('error'), json) !== 'null' || valueOf(members.get('object'), json) === '"error"';
}

/** A short value as it stands in the reply. What is missing is null too. */
function valueOf(member: JsonMember | undefined, json: Buffer): string {
  if (member === undefined) return 'null';
  return json.toString('latin1', member.valueStart, Math.min(member.valueEnd, member.valueStart + 16));
}
