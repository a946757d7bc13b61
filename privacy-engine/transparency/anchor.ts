import type { Hash } from './tree-hash.ts';

export interface AnchoredLeaf {
  readonly index: number;
  readonly leafHash: Hash;
}

export type AnchorRecord = { readonly head: string } | { readonly cut: string } | AnchoredLeaf;

/**
 * A place outside the database and its backups that remembers what was signed. An attacker who rewrites the database would
 * have to rewrite every anchor too. Heads alone show that a log was rewritten since one of them; the leaf hashes
 * beside them, which the signed root vouches for, show at which leaf.
 */
export interface Anchor {
  /** Without leaf hashes it stays small, and shows that a log was rewritten but not where. */
  readonly keepsLeaves: boolean;
  /** Keeps a signed tree head and the leaf hashes that are new in it. Durable when it returns; may be repeated. */
  publish(publication: Publication): Promise<void>;
  /** Keeps a signed cut: what stands before it, beyond the size the log was cut to, counts no longer. */
  publishCut(cut: string, now: Date): Promise<void>;
  /** Everything kept, in the order it was published. Signatures are for the reader to check (`readAnchors`). */
  read(): AsyncIterable<AnchorRecord>;
}

export interface Publication {
  readonly head: string;
  readonly leaves: readonly AnchoredLeaf[];
  readonly now: Date;
}
