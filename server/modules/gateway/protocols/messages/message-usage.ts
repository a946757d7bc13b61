import { allInputTokens, allOutputTokens, countOf, fieldsOf, type TokenUsage } from '../../usage.ts';

/** Usage of one answer of Messages, whose reports are cumulative and come in two parts. */
export interface MessageUsage {
  /** Takes the report with which a stream begins: of what is written it can only guess. */
  noteStart(usage: unknown): void;
  /** Takes any other. What a report does not say, or says impossibly, changes nothing. */
  note(usage: unknown): void;
  /** What was read, as soon as it was reported. */
  read(): TokenUsage | null;
  /** What was read and written. */
  all(): TokenUsage | null;
}

export function createMessageUsage(): MessageUsage {
  let inputTokens = 0;
  let cachedInputTokens = 0;
  let cacheWriteTokens = 0;
  let writtenTokens: number | null = null;
  let thoughtTokens = 0;

  function noteStart(value: unknown): void {
    const usage = fieldsOf(value);
    if (usage === null) return;
    inputTokens = Math.max(inputTokens, countOf(usage['input_tokens']) ?? 0);
    cachedInputTokens = Math.max(cachedInputTokens, countOf(usage['cache_read_input_tokens']) ?? 0);
    cacheWriteTokens = Math.max(cacheWriteTokens, countOf(usage['cache_creation_input_tokens']) ?? 0);
  }
  function read(): TokenUsage | null {
    const usage = {
      inputTokens,
      cachedInputTokens,
      cacheWriteTokens,
      audioInputTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      audioOutputTokens: 0,
    };
    // Every request has input, so a server that counts none of it has not counted.
    return allInputTokens(usage) === 0 ? null : usage;
  }

  return {
    noteStart,
    note(usage) {
      noteStart(usage);
      const fields = fieldsOf(usage);
      const written = countOf(fields?.['output_tokens']);
      if (written !== null) writtenTokens = Math.max(writtenTokens ?? 0, written);
      const thought = countOf(fieldsOf(fields?.['output_tokens_details'])?.['thinking_tokens']);
      thoughtTokens = Math.max(thoughtTokens, thought ?? 0);
    },
    read,
    all() {
      const usage = read();
      if (usage === null || writtenTokens === null) return null;
      const reasoningTokens = Math.min(thoughtTokens, writtenTokens);
      return { ...usage, outputTokens: writtenTokens - reasoningTokens, reasoningTokens };
    },
  };
}

/** The same in the words of Messages. What was thought is a part of what was written. */
export function writeMessageUsage(usage: TokenUsage) {
  return {
    input_tokens: usage.inputTokens + usage.audioInputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cachedInputTokens,
    output_tokens: allOutputTokens(usage),
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  };
}
