import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import type { KeyVault } from '../vault/key-vault.ts';
import { openLocalVault } from '../vault/open-vault.ts';
import { type Cell, seal } from './envelope.ts';
import { openAll, sealAll, type ValueToSeal } from './seal-batch.ts';

vi.setConfig({ testTimeout: 30_000 });

const root = await mkdtemp(join(tmpdir(), 'candor sealing '));
afterAll(() => rm(root, { recursive: true, force: true }));
let vaults = 0;

/** A vault that counts what is asked of it. */
async function newVault(sealLimit = { valuesPerKey: 1_000, valuesPerBlock: 10 }) {
  vaults += 1;
  const vault = await openLocalVault({ folder: join(root, `vault ${vaults}`), sealLimit });
  onTestFinished(() => vault.close());
  const asked: string[] = [];
  const counting: KeyVault = {
    ...vault,
    dek: async (subject, keyClass, count) => {
      asked.push(`dek ${subject} ${keyClass} ${count}`);
      return vault.dek(subject, keyClass, count);
    },
    find: async (subject, keyClass, version) => {
      asked.push(`find ${subject} ${keyClass} ${version}`);
      return vault.find(subject, keyClass, version);
    },
  };
  return { vault, counting, asked };
}

function cellOf(subject: string, column: string, row = '1'): Cell {
  return { table: 'shop.customers', column, row, subject, keyClass: 'core' };
}

const items: ValueToSeal[] = [
  { type: 'text', value: '王红', cell: cellOf('user_1', 'name') },
  { type: 'text', value: '李雷', cell: cellOf('user_2', 'name') },
  { type: 'json', value: { city: 'Shanghai' }, cell: cellOf('user_1', 'address') },
  { type: 'bigint', value: 12n, cell: { ...cellOf('user_1', 'balance'), keyClass: 'billing' } },
  { type: 'date', value: new Date('2026-11-23T08:00:00Z'), cell: cellOf('user_2', 'birthday') },
  { type: 'bytes', value: Buffer.from([0, 255]), cell: cellOf('user_2', 'photo') },
];

async function sealed(vault: KeyVault) {
  const envelopes = await sealAll(vault, items);
  return items.map(({ type, cell }, index) => ({
    type,
    cell,
    envelope: envelopes[index] ?? Buffer.alloc(0),
  }));
}

test('a batch fetches each key once, for as many values as it seals, and keeps the order', async () => {
  const { counting, asked } = await newVault();
  const envelopes = await sealed(counting);
  expect(asked).toEqual(['dek user_1 core 2', 'dek user_2 core 3', 'dek user_1 billing 1']);
  asked.length = 0;
  expect(await openAll(counting, envelopes)).toEqual(items.map(({ value }) => value));
  expect(asked).toEqual(['find user_1 core 1', 'find user_2 core 1', 'find user_1 billing 1']);
});

test('opened values have the types that were asked for', async () => {
  const { vault } = await newVault();
  const [name, age] = [cellOf('user_1', 'name'), cellOf('user_1', 'age')];
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = await sealAll(vault, [
    { type: 'text', value: '王红', cell: name },
    { type: 'bigint', value: 30n, cell: age },
  ]);
  const opened = await openAll(vault, [
    { type: 'text', envelope: first, cell: name },
    { type: 'bigint', envelope: second, cell: age },
  ]);
  expectTypeOf(opened).toEqualTypeOf<[string | undefined, bigint | undefined]>();
  expect(opened).toEqual(['王红', 30n]);
});

test('what belongs to an erased person is no longer there, what belongs to others is', async () => {
  const { vault } = await newVault();
  const envelopes = await sealed(vault);
  await vault.destroy('user_1', 'all');
  const left = items.map(({ value, cell }) => (cell.subject === 'user_1' ? undefined : value));
  expect(await openAll(vault, envelopes)).toEqual(left);
  await expect(sealAll(vault, items)).rejects.toMatchObject({ code: 'key-destroyed' });
});

test('a vault that never had the key is the wrong vault, not an erasure', async () => {
  const [right, wrong] = [await newVault(), await newVault()];
  const [envelope = Buffer.alloc(0)] = await sealAll(right.vault, items.slice(0, 1));
  const sealed = [{ type: 'text', cell: cellOf('user_1', 'name'), envelope }] as const;
  await expect(openAll(wrong.vault, sealed)).rejects.toMatchObject({ code: 'key-missing' });
});

test('a value that does not open is noted and left out where the reader goes on, and fails the batch where not', async () => {
  const { vault } = await newVault();
  const envelopes = await sealed(vault);
  envelopes[1]?.envelope.fill(0, 20);
  await expect(openAll(vault, envelopes)).rejects.toMatchObject({ code: 'does-not-open' });
  const noted: unknown[] = [];
  const opened = await openAll(vault, envelopes, (cell, { code }) => noted.push([cell, code]));
  expect(opened).toEqual(items.map(({ value }, index) => (index === 1 ? undefined : value)));
  expect(noted).toEqual([[items[1]?.cell, 'does-not-open']]);
});

test('a key that is taken back before it opens a value is a failure, not a damaged value', async () => {
  const { vault } = await newVault();
  const envelopes = await sealed(vault);
  const closing: KeyVault = {
    ...vault,
    find: async (...name) => {
      const found = await vault.find(...name);
      vault.close();
      return found;
    },
  };
  const noted: unknown[] = [];
  const opening = openAll(closing, envelopes.slice(0, 1), (...note) => noted.push(note));
  await expect(opening).rejects.toMatchObject({ code: 'key-wiped' });
  expect(noted).toEqual([]);
});

test('values sealed under several versions of a key open together', async () => {
  const { vault } = await newVault({ valuesPerKey: 2, valuesPerBlock: 1 });
  const sealed = [];
  for (let row = 0; row < 5; row += 1) {
    const cell = cellOf('user_1', 'name', String(row));
    sealed.push({
      type: 'text',
      cell,
      envelope: seal(await vault.dek('user_1', 'core'), 'text', `${row}`, cell),
    } as const);
  }
  expect(new Set(sealed.map(({ envelope }) => envelope.readUInt32BE(1)))).toEqual(new Set([1, 2, 3]));
  expect(await openAll(vault, sealed)).toEqual(['0', '1', '2', '3', '4']);
});
