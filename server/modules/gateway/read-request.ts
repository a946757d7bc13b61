import { isUtf8 } from 'node:buffer';
import {
  type JsonMember,
  MalformedJson,
  parseMember,
  readMembersInSlices,
} from '../../kernel/json-members.ts';
import { longestModelId } from '../catalog/index.ts';
import { type MediaInput, mediaInputOf } from './media-input.ts';
import { malformedRequest } from './problems.ts';
import type { ProtocolName } from './protocols/protocol.ts';

export type Endpoint =
  | 'chat/completions'
  | 'completions'
  | 'embeddings'
  | 'messages'
  | 'messages/count_tokens'
  | 'responses';

/** What the gateway needs to know of a request to route, price and meter it. The rest stays bytes. */
export interface RequestFacts {
  readonly endpoint: Endpoint;
  readonly protocol: ProtocolName;
  readonly body: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly modelId: string;
  readonly isStreamed: boolean;
  /** The client asked for the usage event at the end of the stream. */
  readonly wantsUsage: boolean;
  /** Bytes of text the model will read: messages, tools, prompts or inputs, as JSON. */
  readonly inputBytes: number;
  /** Of pictures and sound, which are counted by the piece. */
  readonly mediaTokens: number;
  /** Answers asked for: `n` (or `best_of`) times the number of prompts. */
  readonly choices: number;
  /** Longest answer the client allows per choice, null when it says nothing. */
  readonly maxOutputTokens: number | null;
}

type Read = (name: string) => unknown;

/** How requests to an endpoint are read. */
interface EndpointRules {
  readonly protocol: ProtocolName;
  /** Fields that the model reads; the first must be there. */
  readonly inputNames: readonly string[];
  readonly isStreamable: boolean;
  readonly choicesOf: (read: Read, prompts: number) => number;
  readonly maxOutputTokensOf: (read: Read) => number | null;
}

const rulesOf: Readonly<Record<Endpoint, EndpointRules>> = {
  'chat/completions': {
    protocol: 'chat',
    inputNames: ['messages', 'tools', 'functions', 'response_format'],
    isStreamable: true,
    choicesOf: (read) => countOf(read('n'), 'n', maxChoices) ?? 1,
    maxOutputTokensOf(read) {
      const limit = limitOf(read('max_tokens'), 'max_tokens');
      return limitOf(read('max_completion_tokens'), 'max_completion_tokens') ?? limit;
    },
  },
  completions: {
    protocol: 'chat',
    inputNames: ['prompt', 'suffix'],
    isStreamable: true,
    choicesOf(read, prompts) {
      const n = countOf(read('n'), 'n', maxChoices) ?? 1;
      return Math.max(n, countOf(read('best_of'), 'best_of', maxChoices) ?? 1) * prompts;
    },
    maxOutputTokensOf: (read) => limitOf(read('max_tokens'), 'max_tokens'),
  },
  embeddings: {
    protocol: 'chat',
    inputNames: ['input'],
    isStreamable: false,
    choicesOf: () => 0,
    maxOutputTokensOf: () => 0,
  },
  messages: {
    protocol: 'messages',
    inputNames: ['messages', 'system', 'tools', 'output_config', 'output_format'],
    isStreamable: true,
    choicesOf: () => 1,
    maxOutputTokensOf(read) {
      const asked = read('max_tokens');
      // Nothing is written then, but what is read is put in a cache.
      const most = asked === 0 ? 0 : countOf(asked, 'max_tokens', Number.MAX_SAFE_INTEGER);
      if (most === null) throw missing('max_tokens');
      return most;
    },
  },
  // Nothing is written, and what is read is not charged.
  'messages/count_tokens': {
    protocol: 'messages',
    inputNames: ['messages', 'system', 'tools', 'output_config', 'output_format'],
    isStreamable: false,
    choicesOf: () => 0,
    maxOutputTokensOf: () => 0,
  },
  responses: {
    protocol: 'responses',
    inputNames: ['input', 'instructions', 'tools', 'text'],
    isStreamable: true,
    choicesOf: () => 1,
    maxOutputTokensOf(read) {
      refuseKept(read);
      return countOf(read('max_output_tokens'), 'max_output_tokens', Number.MAX_SAFE_INTEGER);
    },
  },
};
const knownNames = new Set([
  ...Object.values(rulesOf).flatMap(({ inputNames }) => inputNames),
  'model',
  'stream',
  'stream_options',
  'n',
  'best_of',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
]);
const maxChoices = 128;
const openBracket = 0x5b;
/** What a list may hold at most; models, and the parsers before them, take time for each element. */
const maxElements = {
  messages: 16_384,
  tools: 2048,
  functions: 2048,
  prompt: 2048,
  input: 2048,
} as const;
/** The fields read here are words, numbers and one small object. */
const maxReadBytes = 4096;
const noMedia: MediaInput = { bytes: 0, tokens: 0 };

/**
 * Looks at every byte once, in slices, and parses only the small fields it needs.
 * @throws `gateway.malformed_request` naming the field at fault.
 */
export async function readRequest(endpoint: Endpoint, body: Buffer): Promise<RequestFacts> {
  const members = await membersOf(body);
  refuseLongLists(body, members, rulesOf[endpoint]);
  const read = (name: string) => valueOf(body, members, name);
  const messages = members.get(rulesOf[endpoint].protocol === 'responses' ? 'input' : 'messages');
  const media = messages === undefined ? noMedia : mediaInputOf(body, messages.valueStart, messages.valueEnd);
  const rules = rulesOf[endpoint];
  const isStreamed = rules.isStreamable && booleanOf(read('stream'), 'stream');
  return {
    endpoint,
    protocol: rules.protocol,
    body,
    members,
    modelId: modelOf(read('model')),
    isStreamed,
    wantsUsage: isStreamed && wantsUsage(read('stream_options')),
    inputBytes: inputBytesOf(rules, members) - media.bytes,
    mediaTokens: media.tokens,
    choices: rules.choicesOf(read, promptCount(body, members.get('prompt'))),
    maxOutputTokens: rules.maxOutputTokensOf(read),
  };
}

async function membersOf(body: Buffer): Promise<Map<string, JsonMember>> {
  // One native pass: parsers behind us replace such bytes, each in its own way.
  if (!isUtf8(body)) throw malformedRequest({ detail: 'The body must be valid UTF-8.' });
  try {
    return await readMembersInSlices(body);
  } catch (error) {
    if (error instanceof MalformedJson)
      throw malformedRequest({ detail: error.message, param: knownName(error.duplicate) });
    throw error;
  }
}

/** A list of token ids is one text, however long. */
function refuseLongLists(
  body: Buffer,
  members: ReadonlyMap<string, JsonMember>,
  { protocol }: EndpointRules,
): void {
  for (const [name, most] of Object.entries(maxElements)) {
    // Of Responses the input is what the messages are elsewhere.
    const max = protocol === 'responses' && name === 'input' ? maxElements.messages : most;
    const member = members.get(name);
    if (member !== undefined && member.elements > max && !isTokenIds(body, member))
      throw invalid(name, `must hold at most ${max} elements`);
  }
}

/** A list whose first element is a number. */
function isTokenIds(body: Buffer, { valueStart, elements }: JsonMember): boolean {
  if (elements === 0) return false;
  const beginning = body.toString('latin1', valueStart, valueStart + 100);
  return /^\[\s*[-\d]/.test(beginning);
}

/** Names that people invent are not repeated in errors: errors may end up anywhere. */
function knownName(name: string | null): string | null {
  return name !== null && knownNames.has(name) ? name : null;
}

function valueOf(body: Buffer, members: ReadonlyMap<string, JsonMember>, name: string): unknown {
  const member = members.get(name);
  if (member === undefined) return undefined;
  if (lengthOf(member) > maxReadBytes) throw invalid(name, `must have at most ${maxReadBytes} bytes`);
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
  if (typeof value !== 'string' || value === '' || value.length > longestModelId)
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

function inputBytesOf({ inputNames }: EndpointRules, members: ReadonlyMap<string, JsonMember>): number {
  const required = inputNames[0] ?? '';
  if (!members.has(required)) throw missing(required);
  return inputNames.reduce((sum, name) => sum + lengthOf(members.get(name)), 0);
}

function lengthOf(member: JsonMember | undefined): number {
  return member === undefined ? 0 : member.valueEnd - member.valueStart;
}

/** `prompt` is a text, a list of token ids, or a list of several of either. */
function promptCount(body: Buffer, prompt: JsonMember | undefined): number {
  if (prompt === undefined || body[prompt.valueStart] !== openBracket || isTokenIds(body, prompt)) return 1;
  return Math.max(1, prompt.elements);
}

/** Servers take 0 and -1 for no bound, or for no answer; what they make of it is theirs, so nothing is known here. */
function limitOf(value: unknown, name: string): number | null {
  return value === 0 || value === -1 ? null : countOf(value, name, Number.MAX_SAFE_INTEGER);
}

function countOf(value: unknown, name: string, max: number): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isSafeInteger(value)) throw invalid(name, 'must be a whole number');
  const count = value as number;
  if (count < 1 || count > max) throw invalid(name, `must be between 1 and ${max}`);
  return count;
}

/** Nothing is kept here or at a model server, so what refers to something kept refers to nothing. */
function refuseKept(read: Read): void {
  if (booleanOf(read('store'), 'store')) throw invalid('store', 'must be false: responses are not stored');
  if (booleanOf(read('background'), 'background'))
    throw invalid('background', 'must be false: responses are not stored');
  for (const name of ['previous_response_id', 'conversation', 'prompt'])
    if ((read(name) ?? null) !== null)
      throw invalid(name, 'must be null: nothing is stored that it could name');
}

function missing(param: string) {
  return malformedRequest({ detail: `Missing required parameter: '${param}'.`, param });
}

function invalid(param: string, rule: string) {
  return malformedRequest({ detail: `Invalid value for '${param}': it ${rule}.`, param });
}
