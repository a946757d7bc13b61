import { isUtf8 } from 'node:buffer';
import { type JsonMember, MalformedJson, readMembersInSlices } from '../../kernel/json-members.ts';
import { longestModelId } from '../catalog/index.ts';
import { type MediaInput, mediaInputOf } from './media-input.ts';
import { type Endpoint, type EndpointRules, rulesOf } from './endpoint-rules.ts';
import { malformedRequest } from './problems.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import { booleanOf, invalid, missing, type ReadableBody, valueIn } from './request-values.ts';
import type { Work } from './work.ts';

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
  /** The client asked for what the answer costs, beside its usage. */
  readonly wantsCost: boolean;
  /** Bytes of text the model will read: messages, tools, prompts or inputs, as JSON. */
  readonly inputBytes: number;
  /** Of pictures and sound, which are counted by the piece. */
  readonly mediaTokens: number;
  /** Answers asked for: `n` (or `best_of`) times the number of prompts. */
  readonly choices: number;
  /** Longest answer the client allows per choice, null when it says nothing. */
  readonly maxOutputTokens: number | null;
  /** Pictures or speech; null for text. */
  readonly work: Work | null;
}

type Fields = Readonly<Record<string, unknown>>;
const knownNames = new Set([
  ...Object.values(rulesOf).flatMap(({ inputNames }) => inputNames),
  'model',
  'stream',
  'stream_options',
  'usage',
  'n',
  'best_of',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'top_n',
  'return_documents',
]);
const openBracket = 0x5b;
/** What a list may hold at most; models, and the parsers before them, take time for each element. */
const maxElements = {
  messages: 16_384,
  tools: 2048,
  functions: 2048,
  prompt: 2048,
  input: 2048,
  documents: 2048,
} as const;
/** The fields read here are words, numbers and one small object. */
const maxReadBytes = 4096;
/** Where media stand, if not in the messages. */
const mediaNames: Partial<Readonly<Record<Endpoint, string>>> = { responses: 'input', moderations: 'input' };
const noMedia: MediaInput = { bytes: 0, tokens: 0 };

/**
 * Looks at every byte once, in slices, and parses only the small fields it needs.
 * @throws `gateway.malformed_request` naming the field at fault.
 */
export async function readRequest(endpoint: Endpoint, body: Buffer): Promise<RequestFacts> {
  const members = await membersOf(body);
  refuseLongLists(body, members, rulesOf[endpoint]);
  const read = (name: string) => valueOf(body, members, name);
  const messages = members.get(mediaNames[endpoint] ?? 'messages');
  const media = messages === undefined ? noMedia : mediaInputOf(body, messages.valueStart, messages.valueEnd);
  const rules = rulesOf[endpoint];
  const isStreamed = rules.isStreamable && booleanOf(read('stream'), 'stream');
  const work = rules.workOf?.({ body, members, read }) ?? null;
  // What is no text says it in its header alone.
  const wantsCost = work === null && isSet(read('usage'), 'usage', 'include');
  return {
    endpoint,
    protocol: rules.protocol,
    body,
    members,
    modelId: modelOf(read('model')),
    isStreamed,
    wantsUsage: isStreamed && (wantsCost || isSet(read('stream_options'), 'stream_options', 'include_usage')),
    wantsCost,
    inputBytes: inputBytesOf(rules, { body, members, read }) - media.bytes,
    mediaTokens: media.tokens,
    choices: rules.choicesOf(read, promptCount(body, members.get('prompt'))),
    maxOutputTokens: rules.maxOutputTokensOf(read),
    work,
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
  return valueIn(body, member, name);
}

function modelOf(value: unknown): string {
  if (value === undefined)
    throw malformedRequest({ detail: 'You must provide a model parameter.', param: 'model' });
  if (typeof value !== 'string' || value === '' || value.length > longestModelId)
    throw invalid('model', 'must be the id of a model');
  return value;
}

/** A switch inside an object. */
function isSet(options: unknown, name: string, member: string): boolean {
  if (options === undefined || options === null) return false;
  if (typeof options !== 'object' || Array.isArray(options)) throw invalid(name, 'must be an object');
  return member in options && booleanOf((options as Fields)[member], `${name}.${member}`);
}

function inputBytesOf(rules: EndpointRules, body: ReadableBody): number {
  const { inputNames } = rules;
  const { members } = body;
  const required = inputNames[0] ?? '';
  if (!members.has(required)) throw missing(required);
  if (rules.inputBytesOf !== undefined) return rules.inputBytesOf(body);
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
