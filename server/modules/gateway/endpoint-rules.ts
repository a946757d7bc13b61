import type { ProtocolName } from './protocols/protocol.ts';
import { speechWorkOf } from './protocols/audio/speech-request.ts';
import { imageWishesOf, imageWorkOf } from './protocols/images/image-request.ts';
import { rerankBytesOf } from './protocols/rerank/rerank-request.ts';
import {
  booleanOf,
  countOf,
  invalid,
  limitOf,
  missing,
  type Read,
  type ReadableBody,
} from './request-values.ts';
import type { Work } from './work.ts';

export type Endpoint =
  | 'chat/completions'
  | 'completions'
  | 'embeddings'
  | 'messages'
  | 'messages/count_tokens'
  | 'responses'
  | 'rerank'
  | 'moderations'
  | 'images/generations'
  | 'audio/speech';

/** How requests to an endpoint are read. */
export interface EndpointRules {
  readonly protocol: ProtocolName;
  /** Fields that the model reads; the first must be there. */
  readonly inputNames: readonly string[];
  readonly isStreamable: boolean;
  readonly choicesOf: (read: Read, prompts: number) => number;
  readonly maxOutputTokensOf: (read: Read) => number | null;
  /** Bytes of text that the model reads, where they are not those of its fields. @throws for a field that is wrong. */
  readonly inputBytesOf?: (body: ReadableBody) => number;
  /** Of what is no text. @throws for a field that is wrong. */
  readonly workOf?: (body: ReadableBody) => Work;
}

const nothingWritten = {
  isStreamable: false,
  choicesOf: () => 0,
  maxOutputTokensOf: () => 0,
} as const;
const maxChoices = 128;

export const rulesOf: Readonly<Record<Endpoint, EndpointRules>> = {
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
  embeddings: { ...nothingWritten, protocol: 'chat', inputNames: ['input'] },
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
  // What is read is not charged.
  'messages/count_tokens': {
    ...nothingWritten,
    protocol: 'messages',
    inputNames: ['messages', 'system', 'tools', 'output_config', 'output_format'],
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
  rerank: {
    ...nothingWritten,
    protocol: 'chat',
    inputNames: ['query', 'documents'],
    inputBytesOf: rerankBytesOf,
  },
  moderations: { ...nothingWritten, protocol: 'chat', inputNames: ['input'] },
  'images/generations': {
    ...nothingWritten,
    protocol: 'chat',
    inputNames: ['prompt'],
    isStreamable: true,
    workOf: (body) => imageWorkOf(imageWishesOf(body)),
  },
  'audio/speech': { ...nothingWritten, protocol: 'chat', inputNames: ['input'], workOf: speechWorkOf },
};

/** Guarantee: an object literal has no other keys than its type. */
export const endpoints = Object.keys(rulesOf) as readonly Endpoint[];

/** Nothing is kept here or at a model server, so what refers to something kept refers to nothing. */
function refuseKept(read: Read): void {
  if (booleanOf(read('store'), 'store')) throw invalid('store', 'must be false: responses are not stored');
  if (booleanOf(read('background'), 'background'))
    throw invalid('background', 'must be false: responses are not stored');
  for (const name of ['previous_response_id', 'conversation', 'prompt'])
    if ((read(name) ?? null) !== null)
      throw invalid(name, 'must be null: nothing is stored that it could name');
}
