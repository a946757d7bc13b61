import { type JsonMember, MalformedJson, parseMember, readMembers } from './json-members.ts';
import { malformedRequest } from './problems.ts';

export type Endpoint = 'chat/completions' | 'completions' | 'embeddings';

/** What the gateway needs to know of a request to route, price and meter it. The rest stays bytes. */
export interface RequestFacts {
  readonly endpoint: Endpoint;
  readonly body: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly modelId: string;
  readonly isStreamed: boolean;
  /** The client asked for the usage event at the end of the stream. */
  readonly wantsUsage: boolean;
  /** Bytes the model will read: messages, tools, prompts or inputs, as JSON. */
  readonly inputBytes: number;
  /** Answers asked for: `n` (or `best_of`) times the number of prompts. */
  readonly choices: number;
  /** Longest answer the client allows per choice, null when it says nothing. */
  readonly maxOutputTokens: number | null;
}

const inputNames: Readonly<Record<Endpoint, readonly string[]>> = {
  'chat/completions': ['messages', 'tools', 'functions', 'response_format'],
  completions: ['prompt', 'suffix'],
  embeddings: ['input'],
};
const knownNames = new Set([
  ...Object.values(inputNames).flat(),
  'model',
  'stream',
  'stream_options',
  'n',
  'best_of',
  'max_tokens',
  'max_completion_tokens',
]);
const maxChoices = 128;
/** Counting the prompts of a batch means parsing it; a longer one is surely one text. */
const maxPrompts = 2048;

/** @throws `gateway.malformed_request` naming the field at fault. */
export function readRequest(endpoint: Endpoint, body: Buffer): RequestFacts {
  const members = membersOf(body);
  const read = (name: string) => valueOf(body, members, name);
  const isStreamed = endpoint !== 'embeddings' && booleanOf(read('stream'), 'stream');
  return {
    endpoint,
    body,
    members,
    modelId: modelOf(read('model')),
    isStreamed,
    wantsUsage: isStreamed && wantsUsage(read('stream_options')),
    inputBytes: inputBytesOf(endpoint, members),
    choices: endpoint === 'embeddings' ? 0 : choicesOf(endpoint, read),
    maxOutputTokens: endpoint === 'embeddings' ? 0 : maxOutputTokensOf(endpoint, read),
  };
}

function membersOf(body: Buffer): Map<string, JsonMember> {
  try {
    return readMembers(body);
  } catch (error) {
    if (error instanceof MalformedJson)
      throw malformedRequest({ detail: error.message, param: knownName(error.duplicate) });
    throw error;
  }
}

/** Names that people invent are not repeated in errors: nobody knows where those end up. */
function knownName(name: string | null): string | null {
  return name !== null && knownNames.has(name) ? name : null;
}

function valueOf(body: Buffer, members: ReadonlyMap<string, JsonMember>, name: string): unknown {
  const member = members.get(name);
  if (member === undefined) return undefined;
  try {
    return parseMember(body, member);
  } catch (error) {
    if (error instanceof MalformedJson) throw invalid(name, 'is not valid JSON');
    throw error;
  }
}

function modelOf(value: unknown): string {
  if (value === undefined)
    throw malformedRequest({ detail: 'You must provide a model parameter.', param: 'model' });
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw invalid('model', 'must be the id of a model');
  return value;
}

function booleanOf(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(name, 'must be true or false');
  return value;
}

function wantsUsage(options: unknown): boolean {
  if (options === undefined || options === null) return false;
  if (typeof options !== 'object' || Array.isArray(options))
    throw invalid('stream_options', 'must be an object');
  return 'include_usage' in options && booleanOf(options.include_usage, 'stream_options.include_usage');
}

function inputBytesOf(endpoint: Endpoint, members: ReadonlyMap<string, JsonMember>): number {
  const required = inputNames[endpoint][0] ?? '';
  if (!members.has(required)) {
    throw malformedRequest({ detail: `Missing required parameter: '${required}'.`, param: required });
  }
  return inputNames[endpoint].reduce((sum, name) => sum + lengthOf(members.get(name)), 0);
}

function lengthOf(member: JsonMember | undefined): number {
  return member === undefined ? 0 : member.valueEnd - member.valueStart;
}

function choicesOf(endpoint: Endpoint, read: (name: string) => unknown): number {
  const n = countOf(read('n'), 'n', maxChoices) ?? 1;
  if (endpoint === 'chat/completions') return n;
  const bestOf = countOf(read('best_of'), 'best_of', maxChoices) ?? 1;
  return Math.max(n, bestOf) * promptCount(read('prompt'));
}

/** `prompt` is a text, a list of token ids, or a list of several of either. */
function promptCount(prompt: unknown): number {
  if (!Array.isArray(prompt) || typeof prompt[0] === 'number') return 1;
  if (prompt.length > maxPrompts) throw invalid('prompt', `must hold at most ${maxPrompts} prompts`);
  return Math.max(1, prompt.length);
}

function maxOutputTokensOf(endpoint: Endpoint, read: (name: string) => unknown): number | null {
  const limit = countOf(read('max_tokens'), 'max_tokens', Number.MAX_SAFE_INTEGER);
  if (endpoint === 'completions') return limit;
  return countOf(read('max_completion_tokens'), 'max_completion_tokens', Number.MAX_SAFE_INTEGER) ?? limit;
}

function countOf(value: unknown, name: string, max: number): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isSafeInteger(value)) throw invalid(name, 'must be a whole number');
  const count = value as number;
  if (count < 1 || count > max) throw invalid(name, `must be between 1 and ${max}`);
  return count;
}

function invalid(param: string, rule: string) {
  return malformedRequest({ detail: `Invalid value for '${param}': it ${rule}.`, param });
}
