const replacementCharacter = '\uFFFD';

// A character has at most four bytes, and a token at least one: an unfinished character lies within
// the last three tokens, unless tokens hold the end of one character and the start of the next.
const longestUnfinishedTokens = 6;

/** How tokens become text; the second argument is what came before, for spaces between words. */
export type Detokenize<Token> = (tokens: Token[], previousTokens: Token[]) => string;

/** Turns tokens into text as they come, keeping back the bytes of a character that is not complete yet. */
export class TokenText<Token> {
  readonly #detokenize: Detokenize<Token>;
  #previous: Token[];
  #pending: Token[] = [];

  constructor(detokenize: Detokenize<Token>, promptTokens: Token[]) {
    this.#detokenize = detokenize;
    this.#previous = promptTokens.slice(-longestUnfinishedTokens);
  }

  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#previous);
    if (!text.endsWith(replacementCharacter)) return this.#take(this.#pending.length, text);
    // What stays unfinished for so long is no character at all but stray bytes.
    const strayTokens = this.#pending.length - longestUnfinishedTokens;
    return strayTokens > 0 ? this.#take(strayTokens) : '';
  }

  /** The rest, when no more tokens come. */
  flush(): string {
    return this.#pending.length === 0 ? '' : this.#take(this.#pending.length);
  }

  #take(
    tokenCount: number,
    text = this.#detokenize(this.#pending.slice(0, tokenCount), this.#previous),
  ): string {
    const taken = this.#pending.splice(0, tokenCount);
    this.#previous = [...this.#previous, ...taken].slice(-longestUnfinishedTokens);
    return text;
  }
}
