import { allInputTokens, allOutputTokens, fieldsOf, type TokenUsage, usageOf } from '../../usage.ts';

/** Usage of Responses: that of chat completions under other names. Null for anything else. */
export function responseUsageOf(value: unknown): TokenUsage | null {
  const usage = fieldsOf(value);
  if (usage === null) return null;
  return usageOf({
    prompt_tokens: usage['input_tokens'],
    completion_tokens: usage['output_tokens'],
    total_tokens: usage['total_tokens'],
    prompt_tokens_details: usage['input_tokens_details'],
    completion_tokens_details: usage['output_tokens_details'],
  });
}

/** The same in the words of Responses. */
export function writeResponseUsage(usage: TokenUsage) {
  const read = allInputTokens(usage);
  const written = allOutputTokens(usage);
  return {
    input_tokens: read,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      cache_write_tokens: usage.cacheWriteTokens,
    },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: read + written,
  };
}
