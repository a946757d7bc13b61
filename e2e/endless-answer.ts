import type { E2ePerson } from './people.ts';

/** A streamed answer that no model ends. */
export interface EndlessAnswer {
  readonly isOver: () => boolean;
  /** How many words have arrived. */
  readonly words: () => number;
}

/** Asks the model of `endlessUpstream` at a gateway, and reads until the answer is ended. */
export async function readEndlessAnswer(gatewayUrl: string, person: E2ePerson): Promise<EndlessAnswer> {
  const answer = await fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'endless', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  if (answer.status !== 200 || answer.body === null)
    throw new Error(`${answer.status} ${await answer.text()}`);
  let [words, isOver] = [0, false];
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of body)
      words += decoder.decode(bytes, { stream: true }).split('"one word "').length - 1;
  };
  // One that is broken off may end with an error.
  void read(answer.body)
    .catch(() => {})
    .finally(() => (isOver = true));
  return { isOver: () => isOver, words: () => words };
}
