import type { AnchoredLeaf } from './anchor.ts';
import { type Hash, isSameHash } from './tree-hash.ts';
import type { TreeHead } from './tree-head.ts';
import { appendLeaves, rootOf, type TreeState } from './tree-state.ts';

/** Follows the anchored leaf hashes beside the entries of a log, and remembers where the two part. */
export interface LeafWitness {
  compare(index: number, leafHash: Hash): Promise<void>;
  /** A signed head agrees with the entries up to here: begin again from them, whatever was seen before. */
  trust(tree: TreeState): void;
  /** Where entries and anchor part, if the anchored leaves lead to the root of one of these heads of this size. */
  findDifference(size: number, heads: readonly TreeHead[]): Promise<number | undefined>;
}

export function createLeafWitness(leaves: AsyncIterable<AnchoredLeaf> | Iterable<AnchoredLeaf>): LeafWitness {
  const stream = readInTurn(leaves);
  /** The tree of the anchored leaves; `undefined` while one of them is missing. */
  let tree: TreeState | undefined = { size: 0, peaks: [] };
  let difference: number | undefined;
  let upcoming: AnchoredLeaf | undefined;

  /** A crash may have left leaves published twice: those already passed are skipped. */
  const takeLeaf = async (index: number): Promise<Hash | undefined> => {
    while (upcoming === undefined || upcoming.index < index) {
      const next = await stream.next();
      if (next.done === true) return undefined;
      upcoming = next.value;
    }
    return upcoming.index === index ? upcoming.leafHash : undefined;
  };

  const follow = async (index: number): Promise<Hash | undefined> => {
    const leafHash = await takeLeaf(index);
    tree = tree === undefined || leafHash === undefined ? undefined : appendLeaves(tree, [leafHash]).state;
    return leafHash;
  };

  return {
    async compare(index, leafHash) {
      const anchored = await follow(index);
      if (anchored !== undefined && !isSameHash(anchored, leafHash)) difference ??= index;
    },
    trust(trusted) {
      tree = trusted;
      difference = undefined;
    },
    async findDifference(size, heads) {
      for (let index = tree?.size ?? size; index < size; index += 1) await follow(index);
      if (tree === undefined || tree.size !== size) return undefined;
      const root = rootOf(tree);
      return heads.some((head) => isSameHash(head.root, root)) ? difference : undefined;
    },
  };
}

async function* readInTurn<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
