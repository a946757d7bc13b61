import type { RequestFacts } from '../../read-request.ts';
import { createReplySink } from '../../reply-sink.ts';
import type { ServeInput } from '../../serve.ts';
import { inputTokensOf } from '../../token-statistics.ts';
import type { Route } from '../../upstream-directory.ts';

export function isCount({ endpoint }: RequestFacts): boolean {
  return endpoint === 'messages/count_tokens';
}

/** Whether no server can be asked, because none of them counts. */
export function isCountedHere(facts: RequestFacts, routes: readonly Route[]): boolean {
  return isCount(facts) && routes.every(({ upstream }) => !upstream.protocols.includes('messages'));
}

/** Answers by the rule by which an answer without a report is charged. */
export function answerCount(input: ServeInput, facts: RequestFacts): void {
  input.takeOver();
  const nothing = () => {};
  const sink = createReplySink(input.response, input.requestId, input.words, {
    onDrain: nothing,
    onGone: nothing,
  });
  sink.sendWhole(Buffer.from(JSON.stringify({ input_tokens: inputTokensOf(facts) })));
  sink.complete(null);
}
