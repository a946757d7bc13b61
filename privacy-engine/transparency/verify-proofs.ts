import { emptyTreeRoot, type Hash, hashNode, isSameHash } from './tree-hash.ts';

export interface InclusionClaim {
  readonly leafHash: Hash;
  readonly index: number;
  readonly size: number;
  /** From a signed tree head of that size; the proof says nothing about an unsigned root. */
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

/** Whether a leaf is at this place of the tree with this root. The algorithm is RFC 9162 §2.1.3.2, for RFC 6962 trees. */
export function verifyInclusion({ leafHash, index, size, root, proof }: InclusionClaim): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size || !areHashes([leafHash, root, ...proof]))
    return false;
  let [node, last] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = hashNode(sibling, hash);
      // A node at the right edge without a sibling is its own parent, so levels without one are skipped.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = hashNode(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isSameHash(hash, root);
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly firstRoot: Hash;
  readonly second: number;
  readonly secondRoot: Hash;
  readonly proof: readonly Hash[];
}

/** Whether the tree of `second` leaves is the tree of `first` leaves with more appended (RFC 9162 §2.1.4.2). */
export function verifyConsistency({
  first,
  firstRoot,
  second,
  secondRoot,
  proof,
}: ConsistencyClaim): boolean {
  if (!isIndex(first) || !isIndex(second) || first > second) return false;
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  if (first === second) return proof.length === 0 && isSameHash(firstRoot, secondRoot);
  if (first === 0) return proof.length === 0 && isSameHash(firstRoot, emptyTreeRoot);
  const [start, ...path] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  if (start === undefined || path.length === 0) return false;
  let [node, last] = [first - 1, second - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [firstHash, secondHash] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      firstHash = hashNode(sibling, firstHash);
      secondHash = hashNode(sibling, secondHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      secondHash = hashNode(secondHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isSameHash(firstHash, firstRoot) && isSameHash(secondHash, secondRoot);
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Anything longer or shorter could be cut differently into left and right. */
function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

/** Arithmetic instead of bit shifts, which would wrap at 2^31 leaves. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}
