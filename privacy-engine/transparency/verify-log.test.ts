import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchoredLeavesOf, headsOf, recorded, someEntries, someEntry } from './testing/memory-log.ts';
import { hashEntry } from './log-entry.ts';
import { type LogFault, type RecordedEntry, verifyLog } from './verify-log.ts';

const size = 40;
const genuine = someEntries(size);
const heads = headsOf(genuine, 0, 10, 25, size);
const leaves = anchoredLeavesOf(genuine);

/** Numbered and hashed anew, as an attacker would who can write the whole database and knows the format. */
function covered(entries: readonly RecordedEntry[]): RecordedEntry[] {
  return entries.map((entry, seq) => recorded({ ...entry, envelope: { ...entry.envelope, seq } }));
}

function edit(
  entries: readonly RecordedEntry[],
  at: number,
  change: Partial<RecordedEntry>,
): RecordedEntry[] {
  return entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry));
}

const otherSecret = { ciphertext: Buffer.from('something else') };
const otherAuthor = { envelope: { ...someEntry(17).envelope, actorRef: 'actor_2' } };

interface Tampering {
  readonly what: string;
  readonly entries: readonly RecordedEntry[];
  readonly fault: LogFault;
  readonly leaf: number;
}

const careless: readonly Tampering[] = [
  { what: 'the first entry deleted', entries: genuine.slice(1), fault: 'deleted', leaf: 0 },
  { what: 'entry 17 deleted', entries: genuine.toSpliced(17, 1), fault: 'deleted', leaf: 17 },
  { what: 'entries 17 to 20 deleted', entries: genuine.toSpliced(17, 4), fault: 'deleted', leaf: 17 },
  { what: 'the details of 17 changed', entries: edit(genuine, 17, otherSecret), fault: 'changed', leaf: 17 },
  { what: 'the envelope of 17 changed', entries: edit(genuine, 17, otherAuthor), fault: 'changed', leaf: 17 },
  {
    what: 'the noted hash of 17 changed',
    entries: edit(genuine, 17, { leafHash: hashEntry(someEntry(3)) }),
    fault: 'changed',
    leaf: 17,
  },
  {
    what: 'entry 17 repeated',
    entries: genuine.toSpliced(17, 0, someEntry(17)),
    fault: 'misplaced',
    leaf: 18,
  },
  {
    what: 'an entry inserted at 17',
    entries: genuine.toSpliced(17, 0, someEntry(17, 'false')),
    fault: 'misplaced',
    leaf: 18,
  },
  {
    what: '17 and 18 exchanged',
    entries: genuine.with(17, someEntry(18)).with(18, someEntry(17)),
    fault: 'deleted',
    leaf: 17,
  },
  { what: 'the last entry deleted', entries: genuine.slice(0, -1), fault: 'truncated', leaf: 39 },
  { what: 'everything deleted', entries: [], fault: 'truncated', leaf: 0 },
];

const thorough: readonly Tampering[] = [
  { what: 'entry 0 deleted', entries: covered(genuine.slice(1)), fault: 'forked', leaf: 0 },
  { what: 'entry 17 deleted', entries: covered(genuine.toSpliced(17, 1)), fault: 'forked', leaf: 17 },
  { what: 'entry 17 changed', entries: covered(edit(genuine, 17, otherSecret)), fault: 'forked', leaf: 17 },
  {
    what: 'an entry inserted at 17',
    entries: covered(genuine.toSpliced(17, 0, someEntry(17, 'false'))),
    fault: 'forked',
    leaf: 17,
  },
  {
    what: '17 and 18 exchanged',
    entries: covered(genuine.with(17, someEntry(18)).with(18, someEntry(17))),
    fault: 'forked',
    leaf: 17,
  },
  {
    what: 'another history from 17 on',
    entries: [...genuine.slice(0, 17), ...someEntries(size, 'false').slice(17)],
    fault: 'forked',
    leaf: 17,
  },
  {
    what: 'another history, longer',
    entries: [...genuine.slice(0, 17), ...someEntries(60, 'false').slice(17)],
    fault: 'forked',
    leaf: 17,
  },
  {
    what: '17 changed and the end cut off',
    entries: covered(edit(genuine, 17, otherSecret)).slice(0, 20),
    fault: 'forked',
    leaf: 17,
  },
  {
    what: '17 changed, then 20 deleted in the open',
    entries: covered(edit(genuine, 17, otherSecret)).toSpliced(20, 1),
    fault: 'forked',
    leaf: 17,
  },
];

test('an untouched log is intact, also while it grows past its last head', async () => {
  expect(await verifyLog(genuine, heads, leaves)).toEqual({ isIntact: true, size, signedSize: size });
  expect(await verifyLog(someEntries(50), heads, leaves)).toEqual({
    isIntact: true,
    size: 50,
    signedSize: size,
  });
  expect(await verifyLog([], [])).toEqual({ isIntact: true, size: 0, signedSize: 0 });
  const shuffled = [...heads.toReversed(), ...heads];
  expect(await verifyLog(genuine, shuffled)).toEqual({ isIntact: true, size, signedSize: size });
});

for (const { what, entries, fault, leaf } of careless) {
  test(`${what}: named with or without anchored leaves`, async () => {
    const verdict = { isIntact: false, fault, firstBadLeaf: leaf, lastSuspectLeaf: leaf };
    expect(await verifyLog(entries, heads)).toMatchObject(verdict);
    const withLeaves = await verifyLog(entries, heads, leaves);
    // The anchor also knows the genuine entry at 17, so an insertion is seen where it was made.
    const inserted = what === 'an entry inserted at 17';
    expect(withLeaves).toMatchObject(
      inserted ? { fault: 'forked', firstBadLeaf: 17, lastSuspectLeaf: 17 } : verdict,
    );
  });
}

for (const { what, entries, fault, leaf } of thorough) {
  test(`${what}, all numbers and hashes made to fit: named by the anchored leaves`, async () => {
    const signedSize = leaf === 0 ? 0 : 10;
    const verdict = { isIntact: false, fault, firstBadLeaf: leaf, lastSuspectLeaf: leaf, signedSize };
    expect(await verifyLog(entries, heads, leaves)).toEqual(verdict);
  });
}

test('without anchored leaves a rewritten history is found between two heads', async () => {
  const entries = covered(edit(genuine, 17, otherSecret));
  expect(await verifyLog(entries, heads)).toEqual({
    isIntact: false,
    fault: 'forked',
    firstBadLeaf: 10,
    lastSuspectLeaf: 24,
    signedSize: 10,
  });
});

test('an entry that contradicts itself is named also where no head was signed for it yet', async () => {
  const grown = edit(someEntries(50), 45, otherSecret);
  expect(await verifyLog(grown, heads, leaves)).toEqual({
    isIntact: false,
    fault: 'changed',
    firstBadLeaf: 45,
    lastSuspectLeaf: 45,
    signedSize: size,
  });
});

test('a log that ends before its greatest head is truncated, in whichever order the heads come', async () => {
  for (const given of [heads, heads.toReversed(), [...heads.slice(2), ...heads.slice(0, 2)]]) {
    expect(await verifyLog(genuine.slice(0, 25), given)).toMatchObject({
      fault: 'truncated',
      firstBadLeaf: 25,
      signedSize: 25,
    });
  }
});

test('a signed head of the empty log that says something else is a fork', async () => {
  const [empty] = headsOf([], 0);
  if (empty === undefined) throw new Error('no head');
  const forked = { ...empty, root: hashEntry(someEntry(0)) };
  for (const entries of [[], genuine]) {
    expect(await verifyLog(entries, [empty, forked])).toEqual({
      isIntact: false,
      fault: 'forked',
      firstBadLeaf: 0,
      lastSuspectLeaf: 0,
      signedSize: 0,
    });
  }
});

test('an entry whose references have ended stands by the hash noted beside it, which the heads vouch for', async () => {
  const { subjectRef: _ended, ...envelope } = someEntry(17).envelope;
  const forgotten = edit(genuine, 17, { envelope, isForgotten: true });
  expect(await verifyLog(forgotten, heads, leaves)).toEqual({ isIntact: true, size, signedSize: size });
  const exchanged = edit(forgotten, 17, { leafHash: hashEntry(someEntry(3)) });
  expect(await verifyLog(exchanged, heads, leaves)).toMatchObject({ fault: 'forked', firstBadLeaf: 17 });
  const { leafHash: _gone, ...unvouched } = forgotten[17] ?? someEntry(17);
  const without = await verifyLog(forgotten.with(17, unvouched), heads, leaves);
  expect(without).toMatchObject({ fault: 'forked', firstBadLeaf: 17 });
});

test('two signed heads of one size are a fork, whichever of them the log follows', async () => {
  const other = [...genuine.slice(0, 17), ...someEntries(size, 'false').slice(17)];
  const contradicting = [...headsOf(genuine, 10, 25), ...headsOf(other, 25)];
  const between = { isIntact: false, fault: 'forked', firstBadLeaf: 10, lastSuspectLeaf: 24 };
  expect(await verifyLog(genuine, contradicting)).toMatchObject(between);
  expect(await verifyLog(other, contradicting)).toMatchObject(between);
  expect(await verifyLog(other, contradicting, leaves)).toMatchObject({
    fault: 'forked',
    firstBadLeaf: 17,
    lastSuspectLeaf: 17,
  });
});

test('anchored leaves that do not lead to a signed root are not believed', async () => {
  const lying = leaves.map((leaf) =>
    leaf.index === 12 ? { ...leaf, leafHash: hashEntry(someEntry(3)) } : leaf,
  );
  expect(await verifyLog(genuine, heads, lying)).toEqual({ isIntact: true, size, signedSize: size });
  const entries = covered(edit(genuine, 17, otherSecret));
  expect(await verifyLog(entries, heads, lying)).toMatchObject({ firstBadLeaf: 10, lastSuspectLeaf: 24 });
  // The next head makes the anchor credible again.
  const later = covered(edit(genuine, 30, otherSecret));
  expect(await verifyLog(later, heads, lying)).toMatchObject({
    firstBadLeaf: 30,
    lastSuspectLeaf: 30,
    signedSize: 25,
  });
});

test('anchored leaves need lead no further than the next head, in whichever order the heads come', async () => {
  const entries = covered(edit(genuine, 17, otherSecret));
  for (const given of [heads, heads.toReversed()]) {
    expect(await verifyLog(entries, given, leaves.slice(0, 25))).toMatchObject({
      firstBadLeaf: 17,
      lastSuspectLeaf: 17,
    });
  }
});

test('anchored leaves with a gap or repeated lines still serve where they are whole', async () => {
  const entries = covered(edit(genuine, 17, otherSecret));
  const repeated = [...leaves.slice(0, 15), ...leaves.slice(10)];
  expect(await verifyLog(entries, heads, repeated)).toMatchObject({ firstBadLeaf: 17, lastSuspectLeaf: 17 });
  const beforeIt = leaves.filter(({ index }) => index !== 5);
  expect(await verifyLog(entries, heads, beforeIt)).toMatchObject({ firstBadLeaf: 17, lastSuspectLeaf: 17 });
  const withIt = leaves.filter(({ index }) => index !== 12);
  expect(await verifyLog(entries, heads, withIt)).toMatchObject({ firstBadLeaf: 10, lastSuspectLeaf: 24 });
});

test('any single change to any log is found at its leaf', async () => {
  const kinds = fc.constantFrom('delete', 'change', 'insert', 'truncate');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      kinds,
      fc.array(fc.nat(59)),
      async (count, where, kind, sizes) => {
        const entries = someEntries(count);
        const at = where % count;
        const tampered = {
          delete: () => covered(entries.toSpliced(at, 1)),
          change: () => covered(edit(entries, at, otherSecret)),
          insert: () => covered(entries.toSpliced(at, 0, someEntry(at, 'false'))),
          truncate: () => entries.slice(0, at),
        }[kind]();
        const signed = headsOf(entries, ...sizes.filter((signedAt) => signedAt < count), count);
        const verdict = await verifyLog(tampered, signed, anchoredLeavesOf(entries));
        expect(verdict).toMatchObject({ isIntact: false, firstBadLeaf: at, lastSuspectLeaf: at });
        expect(verdict.signedSize).toBeLessThanOrEqual(at);
      },
    ),
    { numRuns: 100 },
  );
});

test('entries may come as a stream', async () => {
  async function* streamed() {
    yield* genuine;
  }
  expect(await verifyLog(streamed(), heads, leaves)).toMatchObject({ isIntact: true });
});
