import { allInputTokens, type TokenUsage } from './usage.ts';

/** What a request can have used at most. */
export interface UsageBounds {
  /** Of the model: one answer and its prompt together. */
  readonly contextTokens: number;
  /** Answers that were requested; 0 for embeddings, whose texts are read one by one. */
  readonly choices: number;
  /** The client's own bound for each answer. Some upstreams do not count reasoning to it. */
  readonly maxOutputTokens: number | null;
}

/** The usage, or of each part what the bounds leave: a server that counts more than a model can read is wrong. */
export function withinReason(usage: TokenUsage, bounds: UsageBounds): TokenUsage {
  const { contextTokens, choices, maxOutputTokens } = bounds;
  if (choices === 0) return usage;
  const most = contextTokens * choices;
  let input = most;
  const read = (tokens: number) => {
    const kept = Math.min(tokens, input);
    input -= kept;
    return kept;
  };
  const inputs = {
    inputTokens: read(usage.inputTokens),
    cachedInputTokens: read(usage.cachedInputTokens),
    cacheWriteTokens: read(usage.cacheWriteTokens),
    audioInputTokens: read(usage.audioInputTokens),
  };
  // A prompt is read once for all its answers.
  let output = most - Math.min(most, allInputTokens(usage));
  const write = (tokens: number, limit: number) => {
    const kept = Math.min(tokens, output, limit);
    output -= kept;
    return kept;
  };
  const limit = (maxOutputTokens ?? Infinity) * choices;
  return {
    ...inputs,
    outputTokens: write(usage.outputTokens, limit),
    reasoningTokens: write(usage.reasoningTokens, Infinity),
    audioOutputTokens: write(usage.audioOutputTokens, limit),
  };
}
