import { canonicalBytes } from '../receipts/canonical-bytes.ts';
import { type Hash, hashLeaf } from './tree-hash.ts';

/**
 * What stays readable of an entry for ever: the act, its instant and digests of references, so that the references
 * may end with their persons. Entries from before there were digests name the references themselves.
 */
export type Envelope = {
  /** Place in the log, from 0: the index of the leaf. */
  readonly seq: number;
  /** Name of the entry. */
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly actorRef: string | null;
  /** Of person, account, target and request together. */
  readonly aboutRef?: string;
  readonly subjectRef?: string | null;
  readonly tenantRef?: string | null;
  readonly targetRef?: string | null;
  readonly requestId?: string | null;
  /** The declarations in force (`Registry.hash`). */
  readonly registryHash: string;
};

export interface LogEntry {
  readonly envelope: Envelope;
  /**
   * The details, sealed under a key of the person, or a digest of them. Destroying the key makes them unreadable and
   * leaves the log whole; with a digest the sealed details themselves may go as well.
   */
  readonly ciphertext: Uint8Array;
}

/**
 * SHA-256(0x00 ‖ JCS({ciphertext, envelope})), the ciphertext in base64url (RFC 6962 §2.1, RFC 8785). One object
 * around both, so that no byte can move from one to the other, and anyone can compute it from an exported entry.
 */
export function hashEntry({ envelope, ciphertext }: LogEntry): Hash {
  return hashLeaf(canonicalBytes({ envelope, ciphertext: Buffer.from(ciphertext).toString('base64url') }));
}
