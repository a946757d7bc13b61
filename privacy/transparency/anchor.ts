import type { Hash } from './tree-hash.ts';

export interface AnchoredLeaf {
  readonly index: number;
  readonly leafHash: Hash;
}

/**
 * A place outside the database and its backups that remembers what was signed. Whoever rewrites the database would
 * have to rewrite every anchor too. Heads alone show that a log was rewritten since one of them; the leaf hashes
 * beside them, which the signed root vouches for, show at which leaf.
 */
export interface Anchor {
  /** Keeps a signed tree head and the leaf hashes that are new in it. Durable when it returns; may be repeated. */
  publish(publication: Publication): Promise<void>;
  /** Every head kept, oldest first. Signatures are for the reader to check (`readTreeHead`). */
  readHeads(): Promise<readonly string[]>;
  /** Every leaf hash kept, in the order it was published. */
  readLeaves(): AsyncIterable<AnchoredLeaf>;
}

export interface Publication {
  readonly head: string;
  readonly leaves: readonly AnchoredLeaf[];
  readonly now: Date;
}
