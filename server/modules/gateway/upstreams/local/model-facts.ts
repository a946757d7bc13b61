import type { GgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';

const metadataParser = z.object({
  candor: z.object({ is_nonsense: z.boolean().optional() }).optional(),
  tokenizer: z.object({
    chat_template: z.string().optional(),
    ggml: z.object({ tokens: z.array(z.unknown()) }),
  }),
});

export interface ModelFacts {
  /** The weights are random: see write-random-gguf.ts. */
  isNonsense: boolean;
  chatTemplate: string | undefined;
  vocabularySize: number;
}

/** What a weights file says about its model. */
export function readModelFacts(fileInfo: GgufFileInfo): ModelFacts {
  const { candor, tokenizer } = metadataParser.parse(fileInfo.metadata);
  return {
    isNonsense: candor?.is_nonsense ?? false,
    chatTemplate: tokenizer.chat_template,
    vocabularySize: tokenizer.ggml.tokens.length,
  };
}
