import { openAiWords } from './chat/failure-words.ts';
import { messagesWords } from './messages/failure-words.ts';
import type { FailureWords } from './protocol.ts';
import { responsesWords } from './responses/failure-words.ts';

/** How failures are worded at an address under /v1: as clients of its protocol expect. */
export function wordsFor(url: string, requestId: string): FailureWords {
  if (/^\/v1\/messages(?=[/?]|$)/.test(url)) return messagesWords(requestId);
  return /^\/v1\/responses(?=[/?]|$)/.test(url) ? responsesWords : openAiWords;
}
