import { emptyTreeRoot, type Hash, hashNode } from './tree-hash.ts';

/**
 * The root of a complete subtree: the 2^level leaves that begin with leaf `index * 2^level`. Nodes never change once
 * they exist, so a table of them is append-only and every proof reads a few.
 */
export interface NodePosition {
  readonly level: number;
  readonly index: number;
}
export interface TreeNode extends NodePosition {
  readonly hash: Hash;
}

/** All that appending needs of a tree of any size: the roots of its complete subtrees, from left to right. */
export interface TreeState {
  readonly size: number;
  readonly peaks: readonly Hash[];
}

export const emptyTree: TreeState = { size: 0, peaks: [] };

/** The tree with more leaves, and the nodes that came to exist, leaves included, to be stored with it. */
export function appendLeaves(
  state: TreeState,
  leafHashes: readonly Hash[],
): { readonly state: TreeState; readonly nodes: readonly TreeNode[] } {
  const peaks = [...state.peaks];
  const nodes: TreeNode[] = [];
  let size = state.size;
  for (const leafHash of leafHashes) {
    let node: TreeNode = { level: 0, index: size, hash: leafHash };
    nodes.push(node);
    // A node with an odd index is a right child: with its left sibling, the last peak, it completes the parent.
    for (let left = takeLeftSibling(node, peaks); left !== undefined; left = takeLeftSibling(node, peaks)) {
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: hashNode(left, node.hash) };
      nodes.push(node);
    }
    peaks.push(node.hash);
    size += 1;
  }
  return { state: { size, peaks }, nodes };
}

function takeLeftSibling(node: NodePosition, peaks: Hash[]): Hash | undefined {
  return node.index % 2 === 1 ? peaks.pop() : undefined;
}

/** The Merkle tree hash (RFC 6962 §2.1). */
export function rootOf(state: TreeState): Hash {
  return foldSubtrees(state.peaks) ?? emptyTreeRoot;
}

/** Root over neighbouring complete subtrees, largest first; `undefined` for none. */
export function foldSubtrees(hashes: readonly Hash[]): Hash | undefined {
  return hashes.reduceRight<Hash | undefined>(
    (right, left) => (right === undefined ? left : hashNode(left, right)),
    undefined,
  );
}

/**
 * The complete subtrees that make up the leaves from `begin` to before `end`, from left to right. `begin` must be a
 * multiple of a power of two that is at least the length, as it is everywhere in RFC 6962.
 */
export function subtreesOf(begin: number, end: number): NodePosition[] {
  const positions: NodePosition[] = [];
  let level = 0;
  while (2 ** (level + 1) <= end - begin) level += 1;
  for (let at = begin; at < end; level -= 1) {
    if (at + 2 ** level > end) continue;
    positions.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return positions;
}
