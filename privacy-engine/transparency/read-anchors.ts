import type { PublicKeySet } from '../receipts/signing-key.ts';
import type { Anchor, AnchoredLeaf } from './anchor.ts';
import { readTreeCut, type TreeCut } from './tree-cut.ts';
import { readTreeHead, type TreeHead } from './tree-head.ts';

/** What an anchor says, its signatures checked. */
export interface AnchorReading {
  /** Heads that count: those no later cut has set back. */
  readonly heads: readonly TreeHead[];
  /** Whether it holds heads or cuts that no known key has signed. */
  readonly isStrange: boolean;
  /** Cuts that other anchors know and this one does not yet, oldest first. */
  readonly lackingCuts: readonly string[];
  /** Leaf hashes that count. */
  leaves(): AsyncIterable<AnchoredLeaf>;
}

export interface AnchorReadings {
  readonly readings: ReadonlyMap<string, AnchorReading>;
  /** Every cut any of them knows, oldest first. */
  readonly cuts: readonly TreeCut[];
}

/** What stood at which place of an anchor; the order tells what was published before a cut and what after. */
interface Placed {
  readonly heads: readonly { readonly place: number; readonly head: TreeHead }[];
  readonly cuts: ReadonlyMap<string, { readonly place: number; readonly cut: TreeCut }>;
  readonly isStrange: boolean;
}

/**
 * Reads anchors of one log together: a cut that one of them knows holds for all.
 * @param onUnreadable receives an anchor that cannot be read, which then has no reading. Without it the error is thrown.
 */
export async function readAnchors(
  anchors: ReadonlyMap<string, Anchor>,
  keySet: PublicKeySet,
  onUnreadable: (name: string, error: unknown) => void = throwIt,
): Promise<AnchorReadings> {
  const placed = new Map<string, Placed>();
  for (const [name, anchor] of anchors)
    await readInOrder(anchor, keySet).then(
      (reading) => placed.set(name, reading),
      (error: unknown) => onUnreadable(name, error),
    );
  const known = new Map([...placed.values()].flatMap(({ cuts }) => [...cuts]));
  const cuts = [...known].toSorted(([, a], [, b]) => a.cut.at.localeCompare(b.cut.at));
  const readings = new Map<string, AnchorReading>();
  for (const [name, anchor] of anchors) {
    const own = placed.get(name);
    if (own === undefined) continue;
    // A cut that this anchor has not heard of comes after everything it holds.
    const counts = (size: number, place: number) =>
      cuts.every(([text, { cut }]) => size <= cut.to || (own.cuts.get(text)?.place ?? Infinity) < place);
    readings.set(name, {
      heads: own.heads.filter(({ head, place }) => counts(head.size, place)).map(({ head }) => head),
      isStrange: own.isStrange,
      lackingCuts: cuts.flatMap(([text]) => (own.cuts.has(text) ? [] : [text])),
      leaves: () => readLeaves(anchor, counts),
    });
  }
  return { readings, cuts: cuts.map(([, { cut }]) => cut) };
}

function throwIt(_name: string, error: unknown): never {
  throw error;
}

async function readInOrder(anchor: Anchor, keySet: PublicKeySet): Promise<Placed> {
  const heads: { place: number; head: TreeHead }[] = [];
  const cuts = new Map<string, { place: number; cut: TreeCut }>();
  let isStrange = false;
  let place = -1;
  for await (const record of anchor.read()) {
    place += 1;
    if ('head' in record) {
      const reading = await readTreeHead(record.head, keySet);
      if (reading.isGenuine) heads.push({ place, head: reading.head });
      else isStrange = true;
    }
    if ('cut' in record) {
      const reading = await readTreeCut(record.cut, keySet);
      // Published twice after a crash: what stands between the two was published after the first.
      if (!reading.isGenuine) isStrange = true;
      else if (!cuts.has(record.cut)) cuts.set(record.cut, { place, cut: reading.cut });
    }
  }
  return { heads, cuts, isStrange };
}

async function* readLeaves(
  anchor: Anchor,
  counts: (size: number, place: number) => boolean,
): AsyncGenerator<AnchoredLeaf> {
  let place = -1;
  for await (const record of anchor.read()) {
    place += 1;
    if ('index' in record && counts(record.index + 1, place)) yield record;
  }
}
