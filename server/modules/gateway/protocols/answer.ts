import type { TokenUsage } from '../usage.ts';
import { ExactNumber, parseInput } from './exact-json.ts';

/** A piece of an answer in no protocol, in the order in which the model writes. */
export type AnswerPart =
  | { readonly kind: 'text' | 'reasoning' | 'refusal'; readonly text: string }
  /** By which its writer knows the reasoning before it again. */
  | { readonly kind: 'signature'; readonly signature: string }
  | { readonly kind: 'hiddenReasoning'; readonly data: string }
  /** A call begins; what is given to the tool follows in pieces. */
  | { readonly kind: 'toolCall'; readonly call: number; readonly id: string; readonly name: string }
  | { readonly kind: 'toolInput'; readonly call: number; readonly json: string }
  | { readonly kind: 'finish'; readonly reason: FinishReason; readonly stopSequence: string | null }
  | { readonly kind: 'usage'; readonly usage: TokenUsage };

/** A piece as it is read: where a protocol says that a call is over, its reader says so too. */
export type ReadPart = AnswerPart | { readonly kind: 'callEnd'; readonly call: number };

/** `stop`: the model has said what it wanted; `length`: it may not say more; `filter`: it, or its server, refuses to. */
export type FinishReason = 'stop' | 'stopSequence' | 'length' | 'toolCalls' | 'filter';

/** Reads the answer of an upstream that its protocol's reader has passed on. */
export interface AnswerReader {
  /** The data of one event. @throws for what cannot be converted. */
  event(data: unknown): readonly ReadPart[];
  whole(reply: unknown): readonly ReadPart[];
}

/** Writes an answer for a client. */
export interface AnswerWriter {
  /** Events, none for what the client's protocol says at the end. */
  events(parts: readonly AnswerPart[]): Buffer;
  /** The last events of a stream: they go out when the answer is booked. */
  farewell(): Buffer;
  whole(parts: readonly AnswerPart[]): Buffer;
}

/** What a writer must know of the request. */
export interface AnswerFacts {
  readonly modelId: string;
  readonly wantsUsage: boolean;
  readonly nowMs: number;
  /** The fields of the request, some of which an answer repeats. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** What is booked when the upstream reports nothing. */
  readonly estimate: (textBytes: number) => TokenUsage;
}

/** A whole answer, put together. */
export interface Answer {
  readonly blocks: readonly AnswerBlock[];
  readonly finish: Finish | null;
  readonly usage: TokenUsage | null;
}
export type Finish = Pick<Extract<AnswerPart, { kind: 'finish' }>, 'reason' | 'stopSequence'>;
export type AnswerBlock =
  | { readonly kind: 'text' | 'refusal'; text: string }
  | { readonly kind: 'reasoning'; text: string; signature: string | null }
  | { readonly kind: 'hiddenReasoning'; readonly data: string }
  | {
      readonly kind: 'toolCall';
      readonly call: number;
      readonly id: string;
      readonly name: string;
      json: string;
    };

/** Puts the pieces of an answer together. @throws for a piece of a call that has not begun. */
export function collectAnswer(parts: readonly AnswerPart[]): Answer {
  const blocks: AnswerBlock[] = [];
  let finish: Finish | null = null;
  let usage: TokenUsage | null = null;
  for (const part of parts) {
    const last = blocks.at(-1);
    if (part.kind === 'finish') finish = part;
    else if (part.kind === 'usage') ({ usage } = part);
    else if (part.kind === 'signature') {
      if (last?.kind === 'reasoning') last.signature = part.signature;
    } else if (part.kind === 'toolInput') {
      const block = blocks.find((one) => one.kind === 'toolCall' && one.call === part.call);
      if (block?.kind !== 'toolCall') throw new Error('the upstream writes to a call that has not begun');
      block.json += part.json;
    } else if (part.kind === 'hiddenReasoning') blocks.push(part);
    else if (part.kind === 'toolCall') blocks.push({ ...part, json: '' });
    else if (last !== undefined && 'text' in last && last.kind === part.kind) last.text += part.text;
    else if (part.kind === 'reasoning') blocks.push({ ...part, kind: part.kind, signature: null });
    else blocks.push({ kind: part.kind, text: part.text });
  }
  return { blocks, finish, usage };
}

/** Bytes that the model wrote in a part. */
export function textBytesOfPart(part: AnswerPart): number {
  if ('text' in part) return Buffer.byteLength(part.text);
  if (part.kind === 'toolCall') return Buffer.byteLength(part.name);
  return part.kind === 'toolInput' ? Buffer.byteLength(part.json) : 0;
}

/** What is written as text: nothing for what is empty or missing. @throws for what is no text, so that nothing is lost. */
export function textPart(kind: 'text' | 'reasoning' | 'refusal', text: unknown): readonly AnswerPart[] {
  if (text === undefined || text === null || text === '') return [];
  if (typeof text !== 'string') throw new Error('the upstream writes something that is no text');
  return [{ kind, text }];
}

/**
 * What is given to a tool, as an object. Models write what is none, and an answer may be cut off inside; then it stands
 * under the name that Anthropic gives it.
 */
export function inputOf(json: string): Readonly<Record<string, unknown>> {
  if (json.trim() === '') return {};
  try {
    const input = parseInput(json) ?? {};
    if (typeof input === 'object' && !Array.isArray(input) && !(input instanceof ExactNumber))
      return input as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { INVALID_JSON: json };
}
