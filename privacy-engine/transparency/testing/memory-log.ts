import type { AnchoredLeaf } from '../anchor.ts';
import { type Envelope, hashEntry } from '../log-entry.ts';
import type { NodeStore } from '../proofs.ts';
import { type Hash, hashLeaf, hashNode } from '../tree-hash.ts';
import type { TreeHead } from '../tree-head.ts';
import { appendLeaves, emptyTree, rootOf, type TreeNode } from '../tree-state.ts';
import type { RecordedEntry } from '../verify-log.ts';

/** The definition of RFC 6962 §2.1, word by word, and as slow: what everything faster is compared with. */
export function rootByDefinition(leafHashes: readonly Hash[]): Hash {
  const [only] = leafHashes;
  if (leafHashes.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < leafHashes.length) split *= 2;
  return hashNode(rootByDefinition(leafHashes.slice(0, split)), rootByDefinition(leafHashes.slice(split)));
}

/** Different leaves, the same on every run. */
export function someLeaves(count: number): Hash[] {
  return Array.from({ length: count }, (_, index) => hashLeaf(new TextEncoder().encode(`leaf ${index}`)));
}

/** A node store in memory, filled by appending one leaf at a time; counts its reads. */
export function storeOf(
  leafHashes: readonly Hash[],
): NodeStore & { readonly reads: { count: number; nodes: number } } {
  const nodes = new Map<string, Hash>();
  let state = emptyTree;
  const keep = ({ level, index, hash }: TreeNode) => nodes.set(`${level}/${index}`, hash);
  for (const leafHash of leafHashes) {
    const appended = appendLeaves(state, [leafHash]);
    appended.nodes.forEach(keep);
    state = appended.state;
  }
  const reads = { count: 0, nodes: 0 };
  return {
    reads,
    readNodes: async (positions) => {
      reads.count += 1;
      reads.nodes += positions.length;
      return positions.map(({ level, index }) => {
        const hash = nodes.get(`${level}/${index}`);
        if (hash === undefined) throw new Error(`no node ${level}/${index}`);
        return hash;
      });
    },
  };
}

export function someEntries(count: number, history = 'true'): RecordedEntry[] {
  return Array.from({ length: count }, (_, seq) => someEntry(seq, history));
}

export function someEntry(seq: number, history = 'true'): RecordedEntry {
  const envelope: Envelope = {
    seq,
    id: `entry_${seq}`,
    at: new Date(Date.UTC(2026, 10, 23, 0, 0, seq)).toISOString(),
    type: 'consent.given',
    actorRef: 'actor_1',
    subjectRef: `subject_${seq % 7}`,
    tenantRef: null,
    targetRef: null,
    requestId: `request_${seq}`,
    registryHash: 'f'.repeat(64),
  };
  return recorded({ envelope, ciphertext: Buffer.from(`sealed ${history} ${seq}`) });
}

/** The entry with the hash that fits it, as an attacker who knows the format would leave it. */
export function recorded({ envelope, ciphertext }: RecordedEntry): RecordedEntry {
  return { envelope, ciphertext, leafHash: hashEntry({ envelope, ciphertext }) };
}

/** Heads a log with these entries would have signed at these sizes. */
export function headsOf(entries: readonly RecordedEntry[], ...sizes: readonly number[]): TreeHead[] {
  return sizes.map((size) => {
    const { state } = appendLeaves(emptyTree, entries.slice(0, size).map(hashEntry));
    return { size, root: rootOf(state), at: '2026-11-23T00:00:00.000Z' };
  });
}

export function anchoredLeavesOf(entries: readonly RecordedEntry[]): AnchoredLeaf[] {
  return entries.map((entry, index) => ({ index, leafHash: hashEntry(entry) }));
}
