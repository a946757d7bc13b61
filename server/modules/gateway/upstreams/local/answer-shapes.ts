import type { Likelihood, LikelyToken } from './likely-tokens.ts';
import type { Call, CallPiece } from './tool-calls.ts';

type FinishReason = CallPiece['finishReason'];

/** What one answer came to. */
export interface Said {
  text: string;
  call: Call | null;
  finishReason: FinishReason;
  /** Of every token, null where it is not wanted. */
  likely: LikelyToken[] | null;
}

/** How one kind of answer is dressed, whole and in chunks. */
export interface AnswerShape {
  idPrefix: string;
  wholeObject: string;
  chunkObject: string;
  whole(index: number, said: Said): object;
  /** What is sent before any text, if anything. */
  opening(index: number): object | undefined;
  textChunk(index: number, text: string, likely: LikelyToken[] | null): object;
  /** Missing where no calls are made. */
  callChunk?(index: number, call: Call, likely: LikelyToken[] | null): object;
  closing(index: number, finishReason: FinishReason): object;
}

export const chatShape: AnswerShape = {
  idPrefix: 'chatcmpl-',
  wholeObject: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  whole: (index, { text, call, finishReason, likely }) => ({
    index,
    message: {
      role: 'assistant',
      content: call === null ? text : null,
      refusal: null,
      ...(call === null ? {} : { tool_calls: [call] }),
    },
    logprobs: chatLogprobs(likely),
    finish_reason: finishReason,
  }),
  opening: (index) => chatChunk(index, { role: 'assistant', content: '', refusal: null }, null),
  textChunk: (index, text, likely) => ({
    ...chatChunk(index, { content: text }, null),
    logprobs: chatLogprobs(likely),
  }),
  callChunk: (index, call, likely) => ({
    ...chatChunk(index, { tool_calls: [{ index: 0, ...call }] }, null),
    logprobs: chatLogprobs(likely),
  }),
  closing: (index, finishReason) => chatChunk(index, {}, finishReason),
};

export const completionShape: AnswerShape = {
  idPrefix: 'cmpl-',
  wholeObject: 'text_completion',
  chunkObject: 'text_completion',
  whole: (index, { text, finishReason, likely }) => completionChoice(index, text, finishReason, likely),
  opening: () => undefined,
  textChunk: (index, text, likely) => completionChoice(index, text, null, likely),
  closing: (index, finishReason) => completionChoice(index, '', finishReason, null),
};

function chatChunk(index: number, delta: object, finishReason: FinishReason) {
  return { index, delta, logprobs: null, finish_reason: finishReason };
}

function completionChoice(
  index: number,
  text: string,
  finishReason: FinishReason,
  likely: LikelyToken[] | null,
) {
  return { index, text, logprobs: completionLogprobs(likely), finish_reason: finishReason };
}

function chatLogprobs(likely: LikelyToken[] | null): object | null {
  if (likely === null) return null;
  const tell = ({ text, logprob }: Likelihood) => ({
    token: text,
    logprob,
    // Which bytes a part of a character has is not known.
    bytes: text.includes('\ufffd') ? null : [...Buffer.from(text)],
  });
  return {
    content: likely.map((token) => ({ ...tell(token), top_logprobs: token.top.map(tell) })),
    refusal: null,
  };
}

function completionLogprobs(likely: LikelyToken[] | null): object | null {
  if (likely === null) return null;
  return {
    tokens: likely.map(({ text }) => text),
    token_logprobs: likely.map(({ logprob }) => logprob),
    top_logprobs: likely.map(({ top }) =>
      Object.fromEntries(top.map(({ text, logprob }) => [text, logprob])),
    ),
  };
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
