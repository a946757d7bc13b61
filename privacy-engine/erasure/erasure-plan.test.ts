import { expect, test } from 'vitest';
import {
  anonymisedColumns,
  type ErasurePlan,
  erasedColumns,
  hashPlan,
  hashPromise,
  planBytes,
} from './erasure-plan.ts';

const day = new Date('2026-11-02T03:20:00Z');
const letters = {
  table: 'post.letters',
  subjectColumn: 'owner_id',
  isShared: false,
  verb: 'change',
  rows: 2,
  columns: [
    { column: 'a', verb: 'delete-row' },
    { column: 'b', verb: 'null' },
    { column: 'c', verb: 'tombstone' },
    { column: 'd', verb: 'unlink' },
    { column: 'e', verb: 'stay' },
    { column: 'f', verb: 'generalise' },
    { column: 'g', verb: 'hold', law: 'Some Law 7', until: '2031-01-01T00:00:00.000Z' },
  ],
} as const;
const plan: ErasurePlan = {
  registryHash: 'registry',
  cuts: [],
  tables: [letters, { ...letters, subjectColumn: 'reader_id', isShared: true }],
  deferred: [],
  keys: [{ keyClass: 'core', verb: 'destroy' }],
};
const withLetters = (changes: object): ErasurePlan => ({ ...plan, tables: [{ ...letters, ...changes }] });

test('what is gone and what stays without a name are told apart, and what a law holds is neither', () => {
  expect(erasedColumns(letters).map(({ column }) => column)).toEqual(['a', 'b', 'c']);
  expect(anonymisedColumns(letters).map(({ column }) => column)).toEqual(['e', 'f']);
});

test('the hash of a plan changes with everything in it', () => {
  expect(hashPlan(plan)).toMatch(/^[0-9a-f]{64}$/);
  expect(hashPlan(JSON.parse(new TextDecoder().decode(planBytes(plan))) as ErasurePlan)).toBe(hashPlan(plan));
  const others = [
    { ...plan, registryHash: 'other' },
    { ...plan, deferred: ['post.letters_owner'] },
    withLetters({}),
    withLetters({ rows: 3 }),
    withLetters({ verb: 'keep' }),
  ];
  expect(new Set([plan, ...others].map(hashPlan)).size).toBe(6);
});

test('what was promised changes with declarations, verbs, laws and the day, and not with counts, order or the hour', () => {
  const promised = hashPromise(plan, day);
  const later = new Date('2026-11-02T23:59:59Z');
  const one = hashPromise(withLetters({}), day);
  expect(hashPromise(withLetters({ rows: 9 }), later)).toBe(one);
  const [first, second] = plan.tables;
  if (first === undefined || second === undefined) throw new Error('two tables');
  expect(hashPromise({ ...plan, tables: [second, first] }, day)).toBe(promised);
  const until = letters.columns.map((cell) => (cell.verb === 'hold' ? { ...cell, until: null } : cell));
  expect(hashPromise(withLetters({ columns: until }), day)).toBe(one);
  const changes = [
    { registryHash: 'other' },
    { tables: [{ ...letters, verb: 'keep' as const }] },
    { tables: [{ ...letters, columns: letters.columns.slice(1) }] },
    {
      tables: [
        { ...letters, columns: [{ column: 'a', verb: 'null' as const }, ...letters.columns.slice(1)] },
      ],
    },
    {
      tables: [
        {
          ...letters,
          columns: letters.columns.map((cell) => (cell.verb === 'hold' ? { ...cell, law: 'Other' } : cell)),
        },
      ],
    },
  ];
  const hashes = changes.map((change) => hashPromise({ ...withLetters({}), ...change }, day));
  const nextDay = hashPromise(withLetters({}), new Date('2026-11-03T00:00:00Z'));
  expect(new Set([one, promised, nextDay, ...hashes]).size).toBe(8);
});
