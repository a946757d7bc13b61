import { hashEntry, type LogEntry } from './log-entry.ts';
import type { AnchoredLeaf } from './anchor.ts';
import { type Hash, isSameHash } from './tree-hash.ts';
import type { TreeHead } from './tree-head.ts';
import { appendLeaves, emptyTree, rootOf, type TreeState } from './tree-state.ts';
import { createLeafWitness } from './leaf-witness.ts';

/** An entry as it is stored, with the leaf hash noted beside it when it was appended, if there is one. */
export interface RecordedEntry extends LogEntry {
  readonly leafHash?: Hash;
  /** References that the leaf covers as they were have ended with their person: the noted hash alone vouches for it. */
  readonly isForgotten?: true;
}

/**
 * - `changed`: an entry no longer has the hash noted beside it.
 * - `deleted`: the place of an entry is taken by a later one.
 * - `misplaced`: an entry stands after its place: inserted, repeated or reordered.
 * - `forked`: entries agree with themselves but not with a signed head: rewritten, or two histories were signed.
 * - `truncated`: the log ends before a signed head does.
 */
export type LogFault = 'changed' | 'deleted' | 'misplaced' | 'forked' | 'truncated';

export type LogVerdict =
  | {
      readonly isIntact: true;
      readonly size: number;
      /** Leaves from here on are in no signed head yet: nothing vouches for them but themselves. */
      readonly signedSize: number;
    }
  | {
      readonly isIntact: false;
      readonly fault: LogFault;
      readonly firstBadLeaf: number;
      /** Equal to `firstBadLeaf` when the leaf is known; else the first bad leaf is one of those up to this. */
      readonly lastSuspectLeaf: number;
      /** Every leaf below is as it was signed. */
      readonly signedSize: number;
    };

type Stream<T> = AsyncIterable<T> | Iterable<T>;

/**
 * Reads a whole log once, in order, and names its first bad leaf.
 *
 * `heads` are genuine signed heads, from every anchor and from the database, in any order. `anchoredLeaves` are the
 * leaf hashes kept with them: they are believed only where they lead to a signed root, and then name the very leaf
 * even when the database was rewritten without a trace in itself.
 */
export async function verifyLog(
  entries: Stream<RecordedEntry>,
  heads: readonly TreeHead[],
  anchoredLeaves: Stream<AnchoredLeaf> = [],
): Promise<LogVerdict> {
  const witness = createLeafWitness(anchoredLeaves);
  const headsBySize = groupBySize(heads);
  const headsInOrder = [...headsBySize].sort(([a], [b]) => a - b);
  let tree: TreeState = emptyTree;
  let signedSize = 0;

  /** The verdict on a fault at the end of the tree so far, unless the witness knows where the trouble began. */
  const condemn = async (
    fault: LogFault,
    firstBadLeaf: number,
    lastSuspectLeaf: number,
  ): Promise<LogVerdict> => {
    const next = headsInOrder.find(([size]) => size >= tree.size);
    const difference = next && (await witness.findDifference(...next));
    if (difference === undefined)
      return { isIntact: false, fault, firstBadLeaf, lastSuspectLeaf, signedSize };
    return {
      isIntact: false,
      fault: 'forked',
      firstBadLeaf: difference,
      lastSuspectLeaf: difference,
      signedSize,
    };
  };

  /** Whether every head signed for this size says what the entries say. */
  const agreesWithHeads = (): boolean => {
    const signed = headsBySize.get(tree.size);
    if (signed === undefined) return true;
    const root = rootOf(tree);
    if (!signed.every((head) => isSameHash(head.root, root))) return false;
    signedSize = tree.size;
    witness.trust(tree);
    return true;
  };

  if (!agreesWithHeads()) return condemn('forked', 0, 0);
  for await (const entry of entries) {
    const leafHash = (entry.isForgotten === true ? entry.leafHash : undefined) ?? hashEntry(entry);
    const fault = findFault(entry, leafHash, tree.size);
    if (fault !== undefined) return condemn(fault, tree.size, tree.size);
    await witness.compare(tree.size, leafHash);
    tree = appendLeaves(tree, [leafHash]).state;
    if (!agreesWithHeads()) return condemn('forked', signedSize, tree.size - 1);
  }
  if (headsInOrder.some(([size]) => size > tree.size)) return condemn('truncated', tree.size, tree.size);
  return { isIntact: true, size: tree.size, signedSize };
}

function groupBySize(heads: readonly TreeHead[]): Map<number, readonly TreeHead[]> {
  const groups = new Map<number, TreeHead[]>();
  for (const head of heads) groups.set(head.size, [...(groups.get(head.size) ?? []), head]);
  return groups;
}

/** What an entry says against itself. */
function findFault(entry: RecordedEntry, leafHash: Hash, index: number): LogFault | undefined {
  if (entry.leafHash !== undefined && !isSameHash(entry.leafHash, leafHash)) return 'changed';
  if (entry.envelope.seq > index) return 'deleted';
  if (entry.envelope.seq < index) return 'misplaced';
  return undefined;
}
