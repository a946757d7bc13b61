import { randomInt, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Token } from 'node-llama-cpp';
import { usageOf, type AnswerShape } from './answer-shapes.ts';
import { jsonObjectGrammar, jsonSchemaGrammar } from './json-grammar.ts';
import type { LikelyToken } from './likely-tokens.ts';
import type { Generation, LlamaEngine } from './llama-engine.ts';
import { contextLengthExceeded } from './openai-errors.ts';
import type { GenerationRequest } from './openai-requests.ts';
import { openEventStream, sendJson, writeEvent } from './reply.ts';
import { type CallPiece, withCalls, withoutCalls } from './tool-calls.ts';

export interface AnswerContext {
  engine: LlamaEngine;
  modelId: string;
  /** How freely the model picks words when the request does not say. */
  defaultTemperature: number;
  defaultTopP: number;
  /** Seconds since 1970, for the `created` field. */
  nowSeconds: () => number;
  response: ServerResponse;
  /** Ends when the client is gone. */
  signal: AbortSignal;
}

export interface GenerationTask {
  request: GenerationRequest;
  maxTokens: number | undefined;
  prompts: Token[][];
  promptParam: string;
  /** Of the calls that the model may make; null when it may make none. */
  callGrammar: string | null;
  /** Answers to each prompt. */
  choices: number;
  /** How many of the likeliest tokens are named at each place; null for none. */
  likely: number | null;
  shape: AnswerShape;
}

/** Lets the model continue each prompt, and answers whole or in a stream as the request says. */
export async function answerGeneration(context: AnswerContext, task: GenerationTask): Promise<void> {
  const generations = task.prompts.flatMap((promptTokens) => planGenerations(context, task, promptTokens));
  if (task.request.stream) await stream(context, task, generations);
  else await sendWhole(context, task, generations);
}

async function sendWhole(
  context: AnswerContext,
  task: GenerationTask,
  generations: Generation[],
): Promise<void> {
  const choices: object[] = [];
  let completionTokens = 0;
  for (const [index, generation] of generations.entries()) {
    let text = '';
    const likely: LikelyToken[] = [];
    for await (const piece of piecesOf(context, task, generation)) {
      text += piece.text;
      likely.push(...piece.likely);
      if (piece.finishReason === null) continue;
      completionTokens += piece.completionTokens;
      choices.push(
        task.shape.whole(index, {
          text,
          call: piece.call,
          finishReason: piece.finishReason,
          likely: task.likely === null ? null : likely,
        }),
      );
    }
  }
  sendJson(context.response, 200, {
    ...envelope(context, task.shape, task.shape.wholeObject),
    choices,
    usage: usageOf(countPromptTokens(task), completionTokens),
  });
}

async function stream(
  context: AnswerContext,
  task: GenerationTask,
  generations: Generation[],
): Promise<void> {
  const { response } = context;
  const { shape, request } = task;
  const head = envelope(context, shape, shape.chunkObject);
  const isUsageWanted = request.stream_options?.include_usage ?? false;
  const isUsageContinuous = isUsageWanted && (request.stream_options?.continuous_usage_stats ?? false);
  const promptTokens = countPromptTokens(task);
  let finishedTokens = 0;

  // Nothing waits for a slow reader: an answer is at most one context long, so it may pile up here,
  // while the sequence is free again for others as soon as the last token is written.
  const send = (choice: object, completionTokens: number) => {
    const usage = isUsageContinuous ? usageOf(promptTokens, completionTokens) : null;
    writeEvent(response, { ...head, choices: [choice], ...(isUsageWanted ? { usage } : {}) });
  };

  for (const [index, generation] of generations.entries()) {
    let isOpen = false;
    for await (const piece of piecesOf(context, task, generation)) {
      const completionTokens = finishedTokens + piece.completionTokens;
      // Not before the first token, so that a refusal can still be answered with its own status.
      openEventStream(response);
      const opening = isOpen ? undefined : shape.opening(index);
      isOpen = true;
      if (opening) send(opening, finishedTokens);
      if (piece.call !== null && shape.callChunk !== undefined)
        send(
          shape.callChunk(index, piece.call, task.likely === null ? null : piece.likely),
          completionTokens,
        );
      else if (piece.text !== '' || piece.likely.length > 0)
        send(
          shape.textChunk(index, piece.text, task.likely === null ? null : piece.likely),
          completionTokens,
        );
      if (piece.finishReason === null) continue;
      send(shape.closing(index, piece.finishReason), completionTokens);
      finishedTokens = completionTokens;
    }
  }
  if (isUsageWanted) {
    writeEvent(response, { ...head, choices: [], usage: usageOf(promptTokens, finishedTokens) });
  }
  response.end('data: [DONE]\n\n');
}

function piecesOf(
  { engine, signal }: AnswerContext,
  { callGrammar }: GenerationTask,
  generation: Generation,
): AsyncGenerator<CallPiece> {
  const pieces = engine.generate(generation, signal);
  return callGrammar === null ? withoutCalls(pieces) : withCalls(pieces);
}

/** As many as answers are wanted, each with a seed of its own. */
function planGenerations(context: AnswerContext, task: GenerationTask, promptTokens: Token[]): Generation[] {
  const { request } = task;
  const room = context.engine.contextTokens - promptTokens.length;
  if (room < 1) {
    throw contextLengthExceeded(context.engine.contextTokens, promptTokens.length, task.promptParam);
  }
  const seed = request.seed ?? randomInt(seedRange);
  return Array.from({ length: task.choices }, (_, index) => ({
    promptTokens,
    maxTokens: Math.min(task.maxTokens ?? room, room),
    temperature: request.temperature ?? context.defaultTemperature,
    topP: request.top_p ?? context.defaultTopP,
    seed: engineSeed(seed + index),
    frequencyPenalty: request.frequency_penalty ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    stopSequences: request.stop,
    grammar: task.callGrammar === null ? grammarFor(request) : { source: task.callGrammar, param: 'tools' },
    likely: task.likely,
  }));
}

// llama.cpp reads 32 bits, of which the highest number means "choose one yourself".
const seedRange = 2 ** 32 - 1;

function engineSeed(seed: number): number {
  return ((seed % seedRange) + seedRange) % seedRange;
}

function grammarFor(request: GenerationRequest): Generation['grammar'] {
  const format = request.response_format;
  switch (format?.type) {
    case 'json_object':
      return { source: jsonObjectGrammar, param: 'response_format' };
    case 'json_schema':
      return {
        source: jsonSchemaGrammar(format.json_schema.schema ?? true),
        param: 'response_format',
      };
    case 'text':
    case undefined:
      return undefined;
  }
}

/** A prompt is read once, however many answers it gets. */
function countPromptTokens({ prompts }: GenerationTask): number {
  return prompts.reduce((sum, tokens) => sum + tokens.length, 0);
}

function envelope(context: AnswerContext, shape: AnswerShape, object: string) {
  return {
    id: shape.idPrefix + randomUUID().replaceAll('-', ''),
    object,
    created: context.nowSeconds(),
    model: context.modelId,
  };
}
