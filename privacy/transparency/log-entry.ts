import { canonicalBytes } from '../receipts/canonical-bytes.ts';
import { type Hash, hashLeaf } from './tree-hash.ts';

/** What stays readable of an entry for ever: references, never values of a person. */
export type Envelope = {
  /** Place in the log, from 0: the index of the leaf. */
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actorRef: string | null;
  readonly subjectRef: string | null;
  /** The declarations in force (`Registry.hash`). */
  readonly registryHash: string;
};

export interface LogEntry {
  readonly envelope: Envelope;
  /** The details, sealed under a key of the person. Destroying the key makes them unreadable and leaves the log whole. */
  readonly ciphertext: Uint8Array;
}

/**
 * SHA-256(0x00 ‖ JCS({ciphertext, envelope})), the ciphertext in base64url (RFC 6962 §2.1, RFC 8785). One object
 * around both, so that no byte can move from one to the other, and anyone can compute it from an exported entry.
 */
export function hashEntry({ envelope, ciphertext }: LogEntry): Hash {
  return hashLeaf(canonicalBytes({ envelope, ciphertext: Buffer.from(ciphertext).toString('base64url') }));
}
