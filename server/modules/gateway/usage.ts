import { type JsonMember, MalformedJson, parseMember, readMembers } from '../../kernel/json-members.ts';

/** Tokens that an upstream read and wrote, each in one of these: their sum is what it reports as the total. */
export interface TokenUsage {
  /** Read, and in none of the next three. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly audioInputTokens: number;
  /** Written, and in none of the next two. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly audioOutputTokens: number;
  /** What is no text, of models that make pictures, speak or listen. */
  readonly pieces?: PieceUsage;
}

/** What is counted one by one; what was not used is left out. */
export interface PieceUsage {
  /** Pictures, each in one of these. */
  readonly images?: number;
  readonly largeImages?: number;
  readonly highQualityImages?: number;
  readonly largeHighQualityImages?: number;
  /** Spoken. */
  readonly characters?: number;
}

/** Usage of which nothing but the two totals is known. */
export function textUsage(inputTokens: number, outputTokens: number): TokenUsage {
  return {
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    audioInputTokens: 0,
    outputTokens,
    reasoningTokens: 0,
    audioOutputTokens: 0,
  };
}

/** Usage of pieces alone. */
export function pieceUsage(pieces: PieceUsage): TokenUsage {
  return { ...textUsage(0, 0), pieces };
}

/** Everything read, from a cache or not. */
export function allInputTokens(usage: TokenUsage): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, audioInputTokens } = usage;
  return inputTokens + cachedInputTokens + cacheWriteTokens + audioInputTokens;
}

/** Everything written, shown or not. */
export function allOutputTokens(usage: TokenUsage): number {
  return usage.outputTokens + usage.reasoningTokens + usage.audioOutputTokens;
}

export function allTokens(usage: TokenUsage): number {
  return allInputTokens(usage) + allOutputTokens(usage);
}

/**
 * Reads OpenAI's `usage` object and the dialects of it that servers speak; null for anything else, also for impossible
 * numbers. Every request has input, so a server that counts none of it has not counted. Details never add up to more than
 * their total: what overlaps is counted where it comes first. Where the total says more than input and output together,
 * the rest was thought: xAI and Gemini leave reasoning out of `completion_tokens`.
 */
export function usageOf(value: unknown): TokenUsage | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const input = countOf(fields['prompt_tokens']);
  if (input === null || input === 0) return null;
  const output = fields['completion_tokens'] === undefined ? 0 : countOf(fields['completion_tokens']);
  if (output === null) return null;
  const total = countOf(fields['total_tokens']) ?? 0;
  const thought = Math.max(0, total - input - output);
  const read = fieldsOf(fields['prompt_tokens_details']);
  const written = fieldsOf(fields['completion_tokens_details']);
  const cachedInputTokens = partOf(
    // DeepSeek and Moonshot write it beside the total.
    read?.['cached_tokens'] ?? fields['prompt_cache_hit_tokens'] ?? fields['cached_tokens'],
    input,
  );
  const cacheWriteTokens = partOf(
    // DashScope and proxies in front of Anthropic name it as Anthropic does.
    read?.['cache_write_tokens'] ?? read?.['cache_creation_input_tokens'] ?? read?.['cache_creation_tokens'],
    input - cachedInputTokens,
  );
  const audioInputTokens = partOf(read?.['audio_tokens'], input - cachedInputTokens - cacheWriteTokens);
  const reasoningTokens = thought > 0 ? 0 : partOf(written?.['reasoning_tokens'], output);
  const audioOutputTokens = partOf(written?.['audio_tokens'], output - reasoningTokens);
  return {
    inputTokens: input - cachedInputTokens - cacheWriteTokens - audioInputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    audioInputTokens,
    outputTokens: output - reasoningTokens - audioOutputTokens,
    reasoningTokens: reasoningTokens + thought,
    audioOutputTokens,
  };
}

/** Above this a count is a mistake or an attack on a wallet. */
const maxTokens = 100_000_000;

/** A number of tokens, or null for anything that is none. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxTokens
    ? value
    : null;
}

/** A detail that makes no sense is no detail: its tokens stay in the total. */
function partOf(value: unknown, most: number): number {
  return Math.min(countOf(value) ?? 0, most);
}

/** The fields of a JSON object or list; null for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
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

/** What servers that sell say of their own price beside the usage. */
const supplierFields = new Set(['cost', 'cost_details', 'cost_in_usd_ticks', 'is_byok']);
const supplierNeedles = [...supplierFields].map((name) => Buffer.from(`"${name}"`));

/** The reply without what its server asks for it: operators alone know that. */
export function withoutSupplierCost(members: ReadonlyMap<string, JsonMember>, json: Buffer): Buffer {
  const member = members.get('usage');
  if (member === undefined) return json;
  const usage = json.subarray(member.valueStart, member.valueEnd);
  if (!supplierNeedles.some((needle) => usage.includes(needle))) return json;
  const fields = fieldsOf(JSON.parse(usage.toString('utf8')));
  const shown = Object.entries(fields ?? {}).filter(([name]) => !supplierFields.has(name));
  return Buffer.concat([
    json.subarray(0, member.valueStart),
    Buffer.from(JSON.stringify(Object.fromEntries(shown))),
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
