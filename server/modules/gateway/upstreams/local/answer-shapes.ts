import type { AnswerPiece } from './llama-engine.ts';

type FinishReason = AnswerPiece['finishReason'];

/** How one kind of answer is dressed, whole and in chunks. */
export interface AnswerShape {
  idPrefix: string;
  wholeObject: string;
  chunkObject: string;
  whole(index: number, text: string, finishReason: FinishReason): object;
  /** What is sent before any text, if anything. */
  opening(index: number): object | undefined;
  textChunk(index: number, text: string): object;
  closing(index: number, finishReason: FinishReason): object;
}

export const chatShape: AnswerShape = {
  idPrefix: 'chatcmpl-',
  wholeObject: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  whole: (index, text, finishReason) => ({
    index,
    message: { role: 'assistant', content: text, refusal: null },
    logprobs: null,
    finish_reason: finishReason,
  }),
  opening: (index) => chatChunk(index, { role: 'assistant', content: '', refusal: null }, null),
  textChunk: (index, text) => chatChunk(index, { content: text }, null),
  closing: (index, finishReason) => chatChunk(index, {}, finishReason),
};

export const completionShape: AnswerShape = {
  idPrefix: 'cmpl-',
  wholeObject: 'text_completion',
  chunkObject: 'text_completion',
  whole: completionChoice,
  opening: () => undefined,
  textChunk: (index, text) => completionChoice(index, text, null),
  closing: (index, finishReason) => completionChoice(index, '', finishReason),
};

function chatChunk(index: number, delta: object, finishReason: FinishReason) {
  return { index, delta, logprobs: null, finish_reason: finishReason };
}

function completionChoice(index: number, text: string, finishReason: FinishReason) {
  return { index, text, logprobs: null, finish_reason: finishReason };
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
