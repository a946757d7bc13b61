import { createHash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** Root of a tree without leaves: the hash of nothing (RFC 6962 §2.1). */
export const emptyTreeRoot: Hash = createHash('sha256').digest();

/** The prefix keeps a leaf from passing for a node, and so one tree from passing for another (RFC 6962 §2.1). */
export function hashLeaf(bytes: Uint8Array): Hash {
  return createHash('sha256').update(leafPrefix).update(bytes).digest();
}

export function hashNode(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

export function isSameHash(one: Hash, other: Hash): boolean {
  return Buffer.compare(one, other) === 0;
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
