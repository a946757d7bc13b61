import { openAiAnswer } from '../../openai-error.ts';
import { openAiWords } from '../chat/failure-words.ts';
import type { FailureWords } from '../protocol.ts';

/** Failures as clients of Responses expect them: an event of its own in a stream, whose fields some read inside `error`. */
export const responsesWords: FailureWords = {
  reply: openAiWords.reply,
  event(problem) {
    const { error } = openAiAnswer(problem).body;
    const { message, param, code } = error;
    const data = { type: 'error', code, message, param, sequence_number: 0, error };
    return Buffer.from(`event: error\ndata: ${JSON.stringify(data)}\n\n`);
  },
};
