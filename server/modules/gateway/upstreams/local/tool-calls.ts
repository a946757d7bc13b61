import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChatMessage } from './chat-prompt.ts';
import { toolCallGrammar } from './json-grammar.ts';
import type { AnswerPiece } from './llama-engine.ts';
import { invalidRequest } from './openai-errors.ts';

const functionName = z.string().regex(/^[\w-]{1,64}$/, 'must be letters, digits, _ and -, 64 at most');

const tool = z.object({
  type: z.literal('function', 'must be a function'),
  function: z.object({
    name: functionName,
    description: z.string().max(4000).nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});

/** Fields of a chat about functions that the model may call. */
export const toolFields = {
  tools: z.array(tool).max(64, 'must have at most 64 tools').nullish(),
  tool_choice: z
    .union(
      [
        z.enum(['none', 'auto', 'required']),
        z.object({ type: z.literal('function'), function: z.object({ name: functionName }) }),
      ],
      'must be none, auto, required or a function',
    )
    .nullish(),
};

/** A call in an assistant's message that comes back to the model. */
export const toolCall = z.object({
  id: z.string().min(1).max(200),
  type: z.literal('function'),
  function: z.object({ name: functionName, arguments: z.string() }),
});

interface ToolWish {
  tools?: z.output<typeof toolFields.tools>;
  tool_choice?: z.output<typeof toolFields.tool_choice>;
}

/** What the model may call, and whether it may answer in words instead. */
export interface Callable {
  readonly grammar: string;
  readonly instruction: string;
}

/** @returns null when nothing is to be called. @throws naming the field that asks for what is not there. */
export function callableOf({ tools, tool_choice: choice }: ToolWish): Callable | null {
  const all = (tools ?? []).map((one) => one.function);
  const named = typeof choice === 'object' && choice !== null ? choice.function.name : null;
  const callable = named === null ? all : all.filter(({ name }) => name === named);
  const mustCall = choice === 'required' || named !== null;
  if (mustCall && callable.length === 0)
    throw invalidRequest("Invalid value for 'tool_choice': 'tools' does not have it.", 'tool_choice');
  if (choice === 'none' || callable.length === 0) return null;
  const described = callable.map(({ name, description, parameters }) =>
    JSON.stringify({ name, description: description ?? undefined, parameters: parameters ?? undefined }),
  );
  return {
    grammar: toolCallGrammar(callable, !mustCall),
    instruction: [
      mustCall ? 'Call one of these functions.' : 'You may call one of these functions.',
      'To call one, answer with nothing but {"name":"…","arguments":{…}}.',
      ...described,
    ].join('\n'),
  };
}

/** The messages with what the model must know of the functions, in the system's words. */
export function withInstruction(messages: readonly ChatMessage[], instruction: string): ChatMessage[] {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ role: 'system', content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: 'system', content: instruction }, ...messages];
}

/** How a call is spelled in a conversation: as the model writes it. */
export function spelledCall(name: string, args: string): string {
  return `{"name":${JSON.stringify(name)},"arguments":${args}}`;
}

export interface Call {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface CallPiece extends Omit<AnswerPiece, 'finishReason'> {
  readonly call: Call | null;
  readonly finishReason: AnswerPiece['finishReason'] | 'tool_calls';
}

/** Of a model that may call nothing. */
export async function* withoutCalls(pieces: AsyncIterable<AnswerPiece>): AsyncGenerator<CallPiece> {
  for await (const piece of pieces) yield { ...piece, call: null };
}

/** Words pass as they are written; a call is held until it is whole, or its answer may not be longer. */
export async function* withCalls(pieces: AsyncIterable<AnswerPiece>): AsyncGenerator<CallPiece> {
  let held: AnswerPiece | null = null;
  let isCall: boolean | null = null;
  for await (const piece of pieces) {
    // The grammar lets no words begin with a brace.
    if (isCall === null && piece.text !== '') isCall = piece.text.startsWith('{');
    if (isCall !== true) {
      yield { ...piece, call: null };
      continue;
    }
    held =
      held === null
        ? piece
        : { ...piece, text: held.text + piece.text, likely: [...held.likely, ...piece.likely] };
    if (piece.finishReason === null) continue;
    const call = readCall(held.text);
    const isWhole = call !== null && held.text.endsWith('}') && isJson(held.text);
    yield {
      ...held,
      text: call === null ? held.text : '',
      call,
      finishReason: isWhole ? 'tool_calls' : piece.finishReason,
    };
  }
}

function readCall(text: string): Call | null {
  const [beginning, name] = /^\{"name":"([\w-]+)","arguments":/.exec(text) ?? [];
  if (beginning === undefined || name === undefined) return null;
  const rest = text.slice(beginning.length);
  const args = isJson(text) ? rest.slice(0, -1) : rest;
  return {
    id: `call_${randomUUID().replaceAll('-', '')}`,
    type: 'function',
    function: { name, arguments: args },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
