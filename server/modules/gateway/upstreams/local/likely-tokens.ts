import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp';

/** A token that was written, and how likely it and others were in its place. */
export interface LikelyToken extends Likelihood {
  top: Likelihood[];
}
export interface Likelihood {
  /** With a replacement character where the token is a part of one. */
  text: string;
  logprob: number;
}

/** What clients expect for a token that had no probability left. */
const leastLogprob = -9999;

/** The probabilities are those that were drawn from: after temperature, `top_p` and grammar. */
export function likelyToken(
  model: LlamaModel,
  token: Token,
  probabilities: ReadonlyMap<Token, number>,
  count: number,
): LikelyToken {
  const tell = (of: Token): Likelihood => ({
    text: model.detokenize([of], true),
    logprob: Math.max(leastLogprob, Math.log(probabilities.get(of) ?? 0)),
  });
  return { ...tell(token), top: [...probabilities.keys()].slice(0, count).map(tell) };
}

/** Tokens with the probabilities of all in their place where they are wanted, which costs time. */
export async function* evaluate(
  sequence: LlamaContextSequence,
  tokens: Token[],
  options: SequenceEvaluateOptions,
  likely: number | null,
): AsyncGenerator<{ token: Token; probabilities: ReadonlyMap<Token, number> }> {
  if (likely === null) {
    for await (const token of sequence.evaluate(tokens, options))
      yield { token, probabilities: noProbabilities };
  } else yield* sequence.evaluateWithMetadata(tokens, { probabilities: true }, options);
}

const noProbabilities: ReadonlyMap<Token, number> = new Map();
