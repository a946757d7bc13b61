import { openAiAnswer } from '../../openai-error.ts';
import type { FailureWords } from '../protocol.ts';

/** Failures as OpenAI's clients expect them. */
export const openAiWords: FailureWords = {
  reply(problem) {
    const { status, headers, body } = openAiAnswer(problem);
    return {
      status,
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    };
  },
  event: (problem) => Buffer.from(`data: ${JSON.stringify(openAiAnswer(problem).body)}\n\n`),
};
