import type { Hash } from './tree-hash.ts';
import { foldSubtrees, type NodePosition, subtreesOf, type TreeState } from './tree-state.ts';

/** Where the nodes of a tree are kept. */
export interface NodeStore {
  /**
   * The hashes at these positions, in this order: one query, however many there are.
   * @throws when one is missing.
   */
  readNodes(positions: readonly NodePosition[]): Promise<readonly Hash[]>;
}

/** The leaves from `begin` to before `end`. */
interface Range {
  readonly begin: number;
  readonly end: number;
}

/** The state from which a stored tree grows on. */
export async function loadTreeState(store: NodeStore, size: number): Promise<TreeState> {
  requireSize(size);
  return { size, peaks: await store.readNodes(subtreesOf(0, size)) };
}

/**
 * Audit path of a leaf in the tree of the first `size` leaves, from the leaf up (RFC 6962 §2.1.1).
 * @throws RangeError for a leaf that is not in the tree.
 */
export async function proveInclusion(
  store: NodeStore,
  index: number,
  size: number,
): Promise<readonly Hash[]> {
  requireSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return hashRanges(store, inclusionRanges(index, size));
}

/**
 * Proof that the tree of `second` leaves begins with the tree of `first` leaves (RFC 6962 §2.1.2).
 * @throws RangeError when `first` is greater than `second`.
 */
export async function proveConsistency(
  store: NodeStore,
  first: number,
  second: number,
): Promise<readonly Hash[]> {
  requireSize(first);
  requireSize(second);
  if (first > second) throw new RangeError(`a tree of ${second} cannot begin with one of ${first}`);
  return hashRanges(store, first === 0 ? [] : consistencyRanges(first, second));
}

function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + largestPowerOfTwoBelow(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.toReversed();
}

function consistencyRanges(first: number, second: number): Range[] {
  const ranges: Range[] = [];
  let [begin, end] = [0, second];
  while (first !== end) {
    const middle = begin + largestPowerOfTwoBelow(end - begin);
    if (first <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // Where the old tree is itself a subtree, the verifier knows its root; otherwise the proof begins with its last part.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.toReversed();
}

/** One read for all of them; a range at the right edge is folded from several complete subtrees. */
async function hashRanges(store: NodeStore, ranges: readonly Range[]): Promise<Hash[]> {
  const subtrees = ranges.map(({ begin, end }) => subtreesOf(begin, end));
  const hashes = await store.readNodes(subtrees.flat());
  let taken = 0;
  return subtrees.map((positions) => {
    const hash = foldSubtrees(hashes.slice(taken, taken + positions.length));
    taken += positions.length;
    if (hash === undefined) throw new Error('the node store returned fewer nodes than asked for');
    return hash;
  });
}

function largestPowerOfTwoBelow(length: number): number {
  let power = 1;
  while (power * 2 < length) power *= 2;
  return power;
}

function requireSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
}
