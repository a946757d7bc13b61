import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadTreeState, proveConsistency, proveInclusion } from './proofs.ts';
import { rootByDefinition, someLeaves, storeOf } from './testing/memory-log.ts';
import { type Hash, hashLeaf } from './tree-hash.ts';
import { appendLeaves, emptyTree, rootOf } from './tree-state.ts';
import { verifyConsistency, verifyInclusion } from './verify-proofs.ts';

const hex = (hash: Hash) => Buffer.from(hash).toString('hex');

/** Leaves of the test vectors of Certificate Transparency (RFC 6962); results derived again with another program. */
const vectorLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((bytes) => hashLeaf(Buffer.from(bytes, 'hex')));
const vectorRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('roots are those of RFC 6962', () => {
  const roots = vectorRoots.map((_, size) =>
    hex(rootOf(appendLeaves(emptyTree, vectorLeaves.slice(0, size)).state)),
  );
  expect(roots).toEqual(vectorRoots);
});

test('proofs are those of RFC 6962', async () => {
  const store = storeOf(vectorLeaves);
  expect((await proveInclusion(store, 5, 8)).map(hex)).toEqual([
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
  expect((await proveInclusion(store, 2, 3)).map(hex)).toEqual([vectorRoots[2]]);
  expect((await proveInclusion(store, 0, 1)).map(hex)).toEqual([]);
  expect((await proveConsistency(store, 6, 8)).map(hex)).toEqual([
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
  expect((await proveConsistency(store, 2, 5)).map(hex)).toEqual([
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  ]);
});

test('a tree grown in any steps, or loaded from its store, has the root of the definition', async () => {
  const sizes = fc.array(fc.nat(40), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(sizes, async (steps) => {
      const leaves = someLeaves(steps.reduce((sum, step) => sum + step, 1));
      let state = appendLeaves(emptyTree, leaves.slice(0, 1)).state;
      for (const step of steps)
        state = appendLeaves(state, leaves.slice(state.size, state.size + step)).state;
      expect(hex(rootOf(state))).toBe(hex(rootByDefinition(leaves)));
      expect(await loadTreeState(storeOf(leaves), leaves.length)).toEqual(state);
    }),
    { numRuns: 40 },
  );
});

test('every leaf of every tree up to 40 leaves is proved, and so is every step from one size to another', async () => {
  const leaves = someLeaves(40);
  const store = storeOf(leaves);
  const roots = Array.from({ length: 41 }, (_, size) =>
    rootOf(appendLeaves(emptyTree, leaves.slice(0, size)).state),
  );
  const failures: string[] = [];
  for (const [size, root] of roots.entries()) {
    for (const [index, leafHash] of leaves.slice(0, size).entries()) {
      const proof = await proveInclusion(store, index, size);
      if (!verifyInclusion({ leafHash, index, size, root, proof })) failures.push(`leaf ${index} of ${size}`);
    }
    for (const [first, firstRoot] of roots.slice(0, size + 1).entries()) {
      const proof = await proveConsistency(store, first, size);
      const claim = { first, firstRoot, second: size, secondRoot: root, proof };
      if (!verifyConsistency(claim)) failures.push(`${first} to ${size}`);
    }
  }
  expect(failures).toEqual([]);
});

const anyTree = fc.integer({ min: 1, max: 600 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    index: fc.nat(size - 1),
    first: fc.nat(size),
    at: fc.nat(),
    bit: fc.nat(255),
  }),
);

test('in a tree of any size a proof proves its leaf, and nothing changed in it does', async () => {
  const leaves = someLeaves(600);
  const store = storeOf(leaves);
  await fc.assert(
    fc.asyncProperty(anyTree, async ({ size, index, at, bit }) => {
      const root = rootOf(appendLeaves(emptyTree, leaves.slice(0, size)).state);
      const proof = await proveInclusion(store, index, size);
      const [leafHash = root] = leaves.slice(index);
      const claim = { leafHash, index, size, root, proof };
      expect(verifyInclusion(claim)).toBe(true);
      const lies = [
        ...mutatedProofs(proof, at, bit).map((wrong) => ({ ...claim, proof: wrong })),
        { ...claim, leafHash: flipBit(leafHash, bit) },
        { ...claim, root: flipBit(root, bit) },
        ...[index - 1, index + 1, (index + at) % size, size, -1, 0.5]
          .filter((other) => other !== index)
          .map((other) => ({ ...claim, index: other })),
        { ...claim, leafHash: leafHash.slice(1) },
      ];
      expect(lies.map(verifyInclusion)).not.toContain(true);
    }),
    { numRuns: 60 },
  );
});

test('in a tree of any size a consistency proof proves its two roots, and nothing changed in it does', async () => {
  const leaves = someLeaves(600);
  const store = storeOf(leaves);
  const rootAt = (size: number) => rootOf(appendLeaves(emptyTree, leaves.slice(0, size)).state);
  await fc.assert(
    fc.asyncProperty(anyTree, async ({ size, first, at, bit }) => {
      const proof = await proveConsistency(store, first, size);
      const claim = { first, firstRoot: rootAt(first), second: size, secondRoot: rootAt(size), proof };
      expect(verifyConsistency(claim)).toBe(true);
      const lies = [
        ...mutatedProofs(proof, at, bit).map((wrong) => ({ ...claim, proof: wrong })),
        { ...claim, firstRoot: flipBit(claim.firstRoot, bit) },
        { ...claim, first: size + 1 },
        { ...claim, first: -1 },
        // From the empty tree everything follows, so there the new root is not proved by anything.
        ...(first === 0 ? [] : [{ ...claim, secondRoot: flipBit(claim.secondRoot, bit) }]),
        ...(first === size || first === 0
          ? []
          : [
              { ...claim, first: first - 1 },
              { ...claim, firstRoot: rootAt(first - 1) },
            ]),
      ];
      expect(lies.map(verifyConsistency)).not.toContain(true);
    }),
    { numRuns: 60 },
  );
});

test('a history with one other leaf has no consistency proof from the first one', async () => {
  const leaves = someLeaves(50);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 49 }), fc.nat(48), async (first, changed) => {
      const at = changed % first;
      const rewritten = leaves.with(at, hashLeaf(Buffer.from('another')));
      const proof = await proveConsistency(storeOf(rewritten), first, 50);
      const firstRoot = rootByDefinition(leaves.slice(0, first));
      expect(
        verifyConsistency({ first, firstRoot, second: 50, secondRoot: rootByDefinition(rewritten), proof }),
      ).toBe(false);
    }),
    { numRuns: 30 },
  );
});

test('a proof is one read of the store, and few nodes', async () => {
  const store = storeOf(someLeaves(1000));
  await proveInclusion(store, 517, 1000);
  await proveConsistency(store, 333, 1000);
  expect(store.reads.count).toBe(2);
  expect(store.reads.nodes).toBeLessThan(2 * 2 * 10);
});

test('a tree beyond 2^31 leaves is not cut off by 32-bit arithmetic', async () => {
  const leaf = hashLeaf(Buffer.from('the same everywhere'));
  // In a tree of equal leaves all nodes of a level are equal, so that a huge one can be had.
  const levels = [leaf];
  while (levels.length < 42) {
    const [below = leaf] = levels.slice(-1);
    levels.push(rootByDefinition([below, below]));
  }
  const store = {
    readNodes: async (positions: readonly { level: number }[]) =>
      positions.map(({ level }) => levels[level] ?? leaf),
  };
  const [first, second] = [2 ** 33 + 5, 2 ** 40 + 12_345];
  const rootAt = async (size: number) => rootOf(await loadTreeState(store, size));
  const [firstRoot, secondRoot] = [await rootAt(first), await rootAt(second)];
  const proof = await proveInclusion(store, first, second);
  expect(verifyInclusion({ leafHash: leaf, index: first, size: second, root: secondRoot, proof })).toBe(true);
  expect(proof.length).toBeGreaterThan(30);
  const consistency = await proveConsistency(store, first, second);
  expect(verifyConsistency({ first, firstRoot, second, secondRoot, proof: consistency })).toBe(true);
});

test('the bytes of a proof cannot be cut elsewhere, nor can a proof climb beyond its tree', () => {
  const [left, right] = [hashLeaf(Buffer.from('left')), hashLeaf(Buffer.from('right'))];
  const root = rootByDefinition([left, right]);
  const shifted = { leafHash: Buffer.concat([left, right.slice(0, 1)]), proof: [right.slice(1)] };
  expect(verifyInclusion({ leafHash: left, proof: [right], index: 0, size: 2, root })).toBe(true);
  expect(verifyInclusion({ ...shifted, index: 0, size: 2, root })).toBe(false);
  expect(verifyInclusion({ leafHash: right, proof: [left], index: 0, size: 1, root })).toBe(false);
});

test('a proof between two sizes proves nothing about smaller ones, whose way up is its beginning', async () => {
  const leaves = someLeaves(8);
  const [firstRoot, secondRoot] = [rootByDefinition(leaves.slice(0, 7)), rootByDefinition(leaves)];
  const proof = await proveConsistency(storeOf(leaves), 7, 8);
  expect(verifyConsistency({ first: 7, firstRoot, second: 8, secondRoot, proof })).toBe(true);
  expect(verifyConsistency({ first: 3, firstRoot, second: 4, secondRoot, proof })).toBe(false);
});

test('sizes that are none, or the wrong way round, and hashes that are cut elsewhere are no consistency', async () => {
  const leaves = someLeaves(16);
  const rootAt = (size: number) => rootByDefinition(leaves.slice(0, size));
  const proof = await proveConsistency(storeOf(leaves), 3, 4);
  const claim = { first: 3, firstRoot: rootAt(3), second: 4, secondRoot: rootAt(4), proof };
  expect(verifyConsistency(claim)).toBe(true);
  expect(verifyConsistency({ ...claim, first: 3.5 })).toBe(false);
  expect(verifyConsistency({ ...claim, second: 4.5 })).toBe(false);

  const upTo16 = await proveConsistency(storeOf(leaves), 4, 16);
  const swapped = { first: 5, firstRoot: rootAt(4), second: 4, secondRoot: rootAt(16) };
  expect(verifyConsistency({ ...swapped, proof: [rootAt(4), ...upTo16] })).toBe(false);

  const [left = rootAt(1), right = rootAt(1)] = leaves;
  const two = { first: 1, second: 2, secondRoot: rootAt(2) };
  expect(verifyConsistency({ ...two, firstRoot: left, proof: [right] })).toBe(true);
  const longer = Buffer.concat([left, right.slice(0, 1)]);
  expect(verifyConsistency({ ...two, firstRoot: longer, proof: [right.slice(1)] })).toBe(false);
});

test('what cannot be proved is not asked for', async () => {
  const store = storeOf(someLeaves(4));
  await expect(proveInclusion(store, 4, 4)).rejects.toThrow(RangeError);
  await expect(proveInclusion(store, 0, 0)).rejects.toThrow(RangeError);
  await expect(proveConsistency(store, 4, 3)).rejects.toThrow(RangeError);
  await expect(proveConsistency(store, 1.5, 3)).rejects.toThrow(RangeError);
  await expect(proveConsistency(store, 0, 1.5)).rejects.toThrow(RangeError);
  await expect(proveInclusion(store, 0, 1.5)).rejects.toThrow(RangeError);
  await expect(proveInclusion(store, -1, 4)).rejects.toThrow(RangeError);
  await expect(proveInclusion(store, 0.5, 4)).rejects.toThrow(RangeError);
  const empty = { readNodes: async () => [] };
  await expect(proveInclusion(empty, 0, 4)).rejects.toThrow('fewer nodes');
  await expect(loadTreeState(store, -1)).rejects.toThrow(RangeError);
});

function flipBit(hash: Hash, bit: number): Hash {
  return Uint8Array.from(hash, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

/** One bit, one element less, one more, two exchanged, one cut short. */
function mutatedProofs(proof: readonly Hash[], at: number, bit: number): (readonly Hash[])[] {
  const longer = [...proof, hashLeaf(Buffer.from('one more'))];
  if (proof.length === 0) return [longer];
  const index = at % proof.length;
  const [hash = hashLeaf(Buffer.of())] = proof.slice(index);
  const mutations = [
    longer,
    proof.toSpliced(index, 1),
    proof.with(index, flipBit(hash, bit)),
    proof.with(index, hash.slice(1)),
  ];
  return proof.length < 2 ? mutations : [...mutations, proof.toReversed()];
}
