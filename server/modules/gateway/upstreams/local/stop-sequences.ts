/** Passes text on until one of the stop sequences is complete, which is swallowed together with what follows. */
export class StopSequences {
  readonly #sequences: string[];
  #held = '';
  #isStopped = false;

  constructor(sequences: string[]) {
    this.#sequences = sequences;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  push(text: string): string {
    this.#held += text;
    const found = this.#sequences
      .map((sequence) => ({ start: this.#held.indexOf(sequence), length: sequence.length }))
      .filter(({ start }) => start >= 0)
      // The one that is complete first, so that the result does not depend on how the text was cut.
      .toSorted((a, b) => a.start + a.length - (b.start + b.length) || a.start - b.start);
    if (found[0] !== undefined) {
      this.#isStopped = true;
      return this.#pass(found[0].start);
    }
    return this.#pass(this.#held.length - this.#beginningOfSequence());
  }

  /** The rest, when no more text comes. */
  flush(): string {
    return this.#isStopped ? '' : this.#pass(this.#held.length);
  }

  #pass(length: number): string {
    const passed = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return passed;
  }

  /** Length of the longest end of the text that may be the beginning of a stop sequence. */
  #beginningOfSequence(): number {
    const longest = Math.max(0, ...this.#sequences.map((sequence) => sequence.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length -= 1) {
      const end = this.#held.slice(-length);
      if (this.#sequences.some((sequence) => sequence.startsWith(end))) return length;
    }
    return 0;
  }
}
