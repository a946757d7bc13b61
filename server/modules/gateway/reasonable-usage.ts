import { textUsage, type TokenUsage } from './usage.ts';

/** What a request can have used at most. */
export interface UsageBounds {
  /** Of the model, as the catalogue says: one answer and its prompt together. */
  readonly contextTokens: number;
  /** Answers that were requested; 0 where nothing is written: texts for embeddings are read one by one. */
  readonly choices: number;
  /** The client's own bound for each answer. Some upstreams do not count reasoning to it. */
  readonly maxOutputTokens: number | null;
  /**
   * Our count of what was sent and of what was delivered. A context that an operator wrote down too small, or a bound that
   * an upstream does not know, makes nothing free that was delivered.
   */
  readonly counted: { readonly read: number; readonly written: number };
}

/** The usage, or of each part what the bounds leave: a server that counts more than a model can read is wrong. */
export function withinReason(usage: TokenUsage, bounds: UsageBounds): TokenUsage {
  const { contextTokens, choices, maxOutputTokens, counted } = bounds;
  if (choices === 0) return readWithinReason(usage, counted.read);
  const context = contextTokens * choices;
  const limit = maxOutputTokens === null ? context : Math.max(maxOutputTokens * choices, counted.written);
  const takeRead = takerOf(Math.max(context, counted.read));
  const inputs = {
    inputTokens: takeRead(usage.inputTokens),
    cachedInputTokens: takeRead(usage.cachedInputTokens),
    cacheWriteTokens: takeRead(usage.cacheWriteTokens),
    audioInputTokens: takeRead(usage.audioInputTokens),
  };
  const takeShown = takerOf(Math.min(limit, Math.max(context, counted.written)));
  const outputTokens = takeShown(usage.outputTokens);
  const audioOutputTokens = takeShown(usage.audioOutputTokens);
  const reasoningTokens = Math.min(usage.reasoningTokens, context);
  return { outputTokens, reasoningTokens, audioOutputTokens, ...inputs };
}

/** What writes nothing reads many texts, each with a context of its own, so the bytes are the bound. */
function readWithinReason(usage: TokenUsage, counted: number): TokenUsage {
  const takeRead = takerOf(mostRead(counted));
  return {
    ...textUsage(takeRead(usage.inputTokens), 0),
    cachedInputTokens: takeRead(usage.cachedInputTokens),
    cacheWriteTokens: takeRead(usage.cacheWriteTokens),
    audioInputTokens: takeRead(usage.audioInputTokens),
  };
}

/**
 * Tokens that a text can have at most: a token has at least one byte, and a server may write some words of its own around.
 * @param counted tokens of the text by our own rule.
 */
export function mostRead(counted: number): number {
  return templateTokens + mostPerCounted * counted;
}
const templateTokens = 1024;
/** Our count is a token for three bytes; short texts have as much again around them. */
const mostPerCounted = 12;

/** Gives out parts of a number until nothing is left. */
function takerOf(most: number): (wanted: number) => number {
  let left = most;
  return (wanted) => {
    const taken = Math.min(wanted, left);
    left -= taken;
    return taken;
  };
}
