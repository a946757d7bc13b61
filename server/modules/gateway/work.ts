import type { PieceUsage } from './usage.ts';

/** What a request asks for that is not text. */
export interface Work {
  /** What is counted by the piece, at most. */
  readonly most: PieceUsage;
  /** Tokens of what is made, at most. */
  readonly outputTokens: number;
  /** The same as a rule, for a server that has not counted them. */
  readonly usualOutputTokens: number;
  readonly wishes: ImageWishes | SpeechWishes;
}

/** Null for what is left to the model. */
export interface ImageWishes {
  readonly of: 'images';
  readonly count: number;
  readonly size: string | null;
  readonly quality: string | null;
}

export interface SpeechWishes {
  readonly of: 'speech';
  /** Name of a format of sound: `mp3`. */
  readonly format: string;
  readonly characters: number;
}
